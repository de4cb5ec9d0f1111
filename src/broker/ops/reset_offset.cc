#include "broker/ops/reset_offset.h"

#include <algorithm>

namespace pintle::broker {
namespace {

model::QueueOffset OffsetAt(Broker& broker, const std::string& topic, int32_t queue_id,
                            int64_t timestamp) {
  if (timestamp < 0) return broker.store().MaxOffset(topic, queue_id);
  return broker.store().OffsetByTime(topic, queue_id, timestamp, store::Boundary::kLower);
}

Outcome<model::QueueOffset> OneOffset(Broker& broker, const ResetRequest& request) {
  const auto min = broker.store().MinOffset(request.topic, request.queue_id);
  const auto max = broker.store().MaxOffset(request.topic, request.queue_id);
  const model::QueueOffset wanted(*request.offset);
  if (wanted < min || wanted > max + 1) {
    return Refuse(RefusalCode::kInternal, "Target offset {} not in consume queue range [{}-{}]",
                  wanted, min, max);
  }
  return wanted;
}

}  // namespace

Outcome<ResetOffsets> FindResetOffsets(Broker& broker, const ResetRequest& request) {
  const auto topic = broker.topics().Find(request.topic);
  if (topic == nullptr)
    return Refuse(RefusalCode::kTopicMissing, "Topic {} does not exist", request.topic);
  if (broker.groups().Find(request.group) == nullptr)
    return Refuse(RefusalCode::kGroupMissing, "Group {} does not exist", request.group);

  ResetOffsets offsets;
  if (request.queue_id >= 0) {
    if (request.queue_id >= topic->queue_count()) {
      return Refuse(RefusalCode::kInvalidParameter,
                    "queueId[{}] is illegal: topic {} has {} queues", request.queue_id,
                    request.topic, topic->queue_count());
    }
    if (request.offset && *request.offset != -1) {
      const auto offset = OneOffset(broker, request);
      if (!offset) return std::unexpected(offset.error());
      offsets[request.queue_id] = *offset;
    } else {
      offsets[request.queue_id] =
          OffsetAt(broker, request.topic, request.queue_id, request.timestamp);
    }
  } else {
    for (int32_t id = 0; id < topic->config().read_queues; ++id)
      offsets[id] = OffsetAt(broker, request.topic, id, request.timestamp);
  }
  if (offsets.empty()) return Refuse(RefusalCode::kInternal, "No queues to reset.");
  return offsets;
}

void ApplyReset(Broker& broker, const ResetRequest& request, const ResetOffsets& offsets,
                std::string_view who) {
  for (const auto& [queue_id, offset] : offsets) {
    broker.offsets().Reset(request.topic, request.group, queue_id, offset, who);
    // A pull that waits at the old end would hear of it only when its wait is over.
    if (store::ConsumeQueue* queue = broker.store().FindQueue(request.topic, queue_id))
      broker.arrivals().Wake(*queue);
  }
}

}  // namespace pintle::broker
