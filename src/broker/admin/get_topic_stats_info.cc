#include "broker/admin/get_topic_stats_info.h"

#include "broker/admin/answer_in_background.h"
#include "remoting/bodies/queue_stats.h"

namespace pintle::broker {
namespace {

remoting::TopicStats StatsOf(Broker& broker, const Topic& topic) {
  remoting::TopicStats stats;
  store::MessageStore& store = broker.store();
  for (int32_t id = 0; id < topic.queue_count(); ++id) {
    remoting::TopicStats::Queue queue;
    const model::QueueOffset end = store.MaxOffset(topic.name(), id);
    queue.min_offset = store.MinOffset(topic.name(), id).value();
    queue.max_offset = end.value();
    if (end > model::QueueOffset(0))
      queue.last_update_timestamp = store.StoreTime(topic.name(), id, end - 1);
    stats.queues.emplace(model::MessageQueue{topic.name(), broker.options().name, id}, queue);
  }
  stats.put_tps = topic.traffic()->messages_per_second.load(std::memory_order_relaxed);
  return stats;
}

}  // namespace

net::Task<remoting::Reply<GetTopicStatsInfo::Response>> GetTopicStatsInfo::Handle(
    Broker& broker, remoting::Call<Request> call) {
  using Answer = remoting::Reply<Response>;
  const auto topic = broker.topics().Find(call.request.topic);
  if (topic == nullptr) {
    co_return Answer(remoting::ResponseCode::kTopicNotExist,
                     fmt::format("topic[{}] not exist", call.request.topic));
  }
  // Store times of old messages are read from the disk.
  const auto collect = [&broker, &topic] {
    return remoting::EncodeTopicStats(StatsOf(broker, *topic));
  };
  co_return co_await AnswerInBackground<Response>(broker, call.session->loop(), collect);
}

}  // namespace pintle::broker
