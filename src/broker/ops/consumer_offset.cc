#include "broker/ops/consumer_offset.h"

#include "store/consume_queue.h"

namespace pintle::broker {
namespace {

// More queues than any topic has; what a client names beyond would only fill memory.
constexpr int32_t kQueueIdMax = 65'535;

// Whether nothing was ever stored in a queue that consumers of the topic read.
bool IsUnwritten(Broker& broker, std::string_view topic, int32_t queue_id) {
  const auto found = broker.topics().Find(topic);
  return found != nullptr && queue_id >= 0 && queue_id < found->config().read_queues &&
         broker.store().MaxOffset(topic, queue_id) == QueueOffset(0);
}

bool FirstMessageIsAtHand(Broker& broker, std::string_view topic, int32_t queue_id) {
  store::ConsumeQueue* queue = broker.store().FindQueue(topic, queue_id);
  if (queue == nullptr || queue->end() == QueueOffset(0)) return false;
  return broker.store().MinOffset(topic, queue_id) <= QueueOffset(0) &&
         broker.store().IsRecent(*queue, QueueOffset(0));
}

}  // namespace

Outcome<QueueOffset> FindConsumerOffset(Broker& broker, std::string_view topic,
                                        std::string_view group, int32_t queue_id,
                                        bool zero_if_new) {
  if (const auto offset = broker.offsets().Find(topic, group, queue_id)) return *offset;
  if (!zero_if_new) {
    return Refuse(RefusalCode::kNotFound,
                  "Not found, do not set to zero, maybe this group boot first");
  }
  // Every start that a client could choose in an unwritten queue is 0, but it would ask for the end
  // with a second request, and miss what is stored between the two.
  if (IsUnwritten(broker, topic, queue_id) || FirstMessageIsAtHand(broker, topic, queue_id))
    return QueueOffset(0);
  return Refuse(RefusalCode::kNotFound,
                "Not found, V3_0_6_SNAPSHOT maybe this group consumer boot first");
}

Outcome<Committed> CommitConsumerOffset(Broker& broker, std::string_view topic,
                                        std::string_view group, int32_t queue_id,
                                        QueueOffset offset, std::string_view who) {
  if (broker.groups().Find(group) == nullptr)
    return Refuse(RefusalCode::kGroupMissing, "Group {} not exist!", group);
  if (!broker.topics().Contains(topic))
    return Refuse(RefusalCode::kTopicMissing, "Topic {} not exist!", topic);
  if (queue_id < 0 || queue_id > kQueueIdMax) {
    return Refuse(RefusalCode::kInvalidParameter, "QueueId is {}, topic is {}; it must be 0..{}",
                  queue_id, topic, kQueueIdMax);
  }
  if (broker.offsets().HasReset(topic, group, queue_id)) return Committed::kResetPending;
  broker.offsets().Commit(topic, group, queue_id, offset, who);
  return Committed::kDone;
}

}  // namespace pintle::broker
