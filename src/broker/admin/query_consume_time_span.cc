#include "broker/admin/query_consume_time_span.h"

#include <string>
#include <utility>
#include <vector>

#include "broker/admin/answer_in_background.h"
#include "remoting/bodies/queue_stats.h"

namespace pintle::broker {
namespace {

using remoting::QueueTimeSpan;

QueueTimeSpan SpanOf(Broker& broker, const std::string& topic, const std::string& group,
                     int32_t id) {
  store::MessageStore& store = broker.store();
  QueueTimeSpan span;
  span.queue = {topic, broker.options().name, id};
  const model::QueueOffset end = store.MaxOffset(topic, id);
  span.first_ms = store.StoreTime(topic, id, store.MinOffset(topic, id));
  if (end > model::QueueOffset(0)) span.last_ms = store.StoreTime(topic, id, end - 1);
  const auto offset = broker.offsets().Find(topic, group, id);
  const model::QueueOffset consumed = offset.value_or(model::QueueOffset(0));
  span.consumed_ms =
      consumed > model::QueueOffset(0) ? store.StoreTime(topic, id, consumed - 1) : span.first_ms;
  if (consumed < end) {
    const int64_t next_ms = store.StoreTime(topic, id, consumed);
    // What has been deleted meanwhile does not wait.
    if (next_ms >= 0) span.delay_ms = broker.clock().WallMs() - next_ms;
  }
  return span;
}

}  // namespace

net::Task<remoting::Reply<QueryConsumeTimeSpan::Response>> QueryConsumeTimeSpan::Handle(
    Broker& broker, remoting::Call<Request> call) {
  using Answer = remoting::Reply<Response>;
  const auto topic = broker.topics().Find(call.request.topic);
  if (topic == nullptr) {
    co_return Answer(remoting::ResponseCode::kTopicNotExist,
                     fmt::format("topic[{}] not exist", call.request.topic));
  }
  const std::string& group = call.request.group;
  const auto collect = [&broker, &topic, &group] {
    std::vector<QueueTimeSpan> spans;
    for (int32_t id = 0; id < topic->config().write_queues; ++id)
      spans.push_back(SpanOf(broker, topic->name(), group, id));
    return remoting::EncodeTimeSpans(spans);
  };
  co_return co_await AnswerInBackground<Response>(broker, call.session->loop(), collect);
}

}  // namespace pintle::broker
