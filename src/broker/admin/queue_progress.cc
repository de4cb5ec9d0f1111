#include "broker/admin/queue_progress.h"

#include <algorithm>

namespace pintle::broker {

remoting::ConsumeStats::Queue QueueStatsOf(Broker& broker, const std::string& topic,
                                           const std::string& group, int32_t queue_id) {
  remoting::ConsumeStats::Queue queue;
  queue.broker_offset = broker.store().MaxOffset(topic, queue_id).value();
  const auto consumed = broker.offsets().Find(topic, group, queue_id);
  queue.consumer_offset = consumed ? std::max<int64_t>(consumed->value(), 0) : 0;
  const auto pulled = broker.offsets().FindPulled(topic, group, queue_id);
  queue.pull_offset = std::max(queue.consumer_offset, pulled ? pulled->value() : 0);
  if (queue.consumer_offset > 0) {
    const model::QueueOffset last(queue.consumer_offset - 1);
    queue.last_timestamp = std::max<int64_t>(broker.store().StoreTime(topic, queue_id, last), 0);
  }
  return queue;
}

}  // namespace pintle::broker
