#include "broker/admin/query_consume_queue.h"

#include <algorithm>
#include <utility>

#include "broker/background.h"
#include "broker/handlers/answer.h"
#include "remoting/bodies/queue_entries.h"
#include "remoting/json.h"
#include "store/consume_queue.h"

namespace pintle::broker {
namespace {

using remoting::QueueEntries;

constexpr int32_t kEntriesMax = 10'000;  // of one answer, which is a text

// What a group that is connected wants of the topic, as it has told.
void AddSubscription(Broker& broker, const QueryConsumeQueue::Request& request, QueueEntries& out) {
  if (request.consumer_group.empty()) return;
  const auto found = broker.clients().Find(request.consumer_group, request.topic);
  if (found.subscription == nullptr) {
    out.filter_data = fmt::format("{}@{} is not online!", request.consumer_group, request.topic);
    return;
  }
  out.subscription = *found.subscription;
  out.filter_data = "null";
  if (found.subscription->type == model::kExpressionTag) return;
  remoting::JsonWriter filter(remoting::JsonStyle::kPretty);
  filter.BeginObject();
  filter.Member("clientVersion", found.subscription->version);
  filter.Member("consumerGroup", request.consumer_group);
  filter.Member("expression", found.subscription->expression);
  filter.Member("expressionType", found.subscription->type);
  filter.Member("topic", request.topic);
  filter.EndObject();
  out.filter_data = filter.Take();
}

// False when the queue has no entry there.
bool ReadEntries(store::ConsumeQueue& queue, const QueryConsumeQueue::Request& request,
                 QueueEntries& out) {
  model::QueueOffset at(request.index);
  if (request.index < out.min_index || at >= queue.end()) return false;
  const model::QueueOffset end =
      std::min(queue.end(), at + std::clamp(request.count, 0, kEntriesMax));
  for (; at < end; ++at) {
    const auto entry = queue.At(at);
    if (!entry) return true;
    QueueEntries::Entry& one = out.entries.emplace_back();
    one.log_offset = entry->offset.value();
    one.size = entry->size;
    one.tags_code = entry->tags_code;
    if (entry->extended())
      one.remark = fmt::format("Cq extend not exist!addr: {}", entry->tags_code);
  }
  return true;
}

}  // namespace

net::Task<remoting::Reply<QueryConsumeQueue::Response>> QueryConsumeQueue::Handle(
    Broker& broker, remoting::Call<Request> call) {
  using Answer = remoting::Reply<Response>;
  const Request& request = call.request;
  store::ConsumeQueue* queue = broker.store().FindQueue(request.topic, request.queue_id);
  if (queue == nullptr) {
    co_return Answer(remoting::ResponseCode::kSystemError,
                     fmt::format("{}@{} is not exist!", request.queue_id, request.topic));
  }
  QueueEntries entries;
  entries.min_index = broker.store().MinOffset(request.topic, request.queue_id).value();
  entries.max_index = queue->end().value();
  AddSubscription(broker, request, entries);
  auto reading = InBackground(broker.executor(), call.session->loop(),
                              [&] { return ReadEntries(*queue, request, entries); });
  const auto read = co_await reading;
  if (!read) co_return Refused<Response>(read.error());
  Answer answer;
  if (*read) {
    answer.body.owned = remoting::EncodeQueueEntries(entries);
  } else {
    answer.remark = fmt::format("Index {} of {}@{} is not exist!", request.index, request.queue_id,
                                request.topic);
  }
  co_return std::move(answer);
}

}  // namespace pintle::broker
