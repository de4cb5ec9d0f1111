#include "broker/queue_scaler.h"

#include <fmt/format.h>

#include <unordered_set>
#include <utility>

#include "base/log.h"
#include "broker/broker.h"
#include "broker/ops/unread.h"

namespace pintle::broker {

void QueueScaler::Look() {
  std::unordered_set<std::string> watched;
  for (const auto& [name, topic] : broker_.topics().All()) {
    const model::TopicConfig& config = topic->config();
    if (config.attributes.empty() || !config.readable() || !config.writable()) continue;
    const auto policy = QueuePolicyOf(config);
    // What was refused when it was set can stand in the file all the same, or the topic has become
    // an ordered one since.
    if (!policy || !*policy) continue;
    watched.insert(name);
    LookAt(*topic, **policy);
  }
  std::erase_if(watches_, [&](const auto& watch) { return !watched.contains(watch.first); });
}

void QueueScaler::LookAt(const Topic& topic, const QueuePolicy& policy) {
  QueueWatch& watch = watches_[topic.name()];
  const model::TopicConfig& config = topic.config();
  const auto change =
      watch.Look(policy, config, SightsOf(topic, watch.Watched(config)),
                 broker_.clock().MonotonicMs(), broker_.options().queue_policy_quiet_ms);
  if (const std::string hold_up = watch.TakeHoldUp(); !hold_up.empty())
    PINTLE_LOG(kInfo, "broker: topic {}: {}", topic.name(), hold_up);
  if (!change) return;
  PINTLE_LOG(kInfo, "broker: topic {} goes from {} write and {} read queues to {} and {}: {}",
             topic.name(), config.write_queues, config.read_queues, change->write_queues,
             change->read_queues, change->why);
  const auto done = broker_.topics().Resize(topic, change->read_queues, change->write_queues);
  if (!done) {
    static LogLimiter limiter;
    if (limiter.Allow())
      PINTLE_LOG(kWarn, "broker: topic {} stays as it is: {}", topic.name(), done.error().message);
  }
}

std::vector<QueueSight> QueueScaler::SightsOf(const Topic& topic, int32_t queues) const {
  const TopicReaders readers = ReadersOf(broker_, topic.name());
  std::vector<QueueSight> sights;
  sights.reserve(static_cast<size_t>(queues));
  for (int32_t id = 0; id < queues; ++id) {
    const UnreadQueue queue = UnreadOf(broker_, topic, id, readers);
    QueueSight& sight = sights.emplace_back();
    sight.end = queue.end;
    sight.unread = queue.unread;
    if (queue.unread > 0) {
      sight.held_up_by =
          fmt::format("group {} has not consumed {} messages", queue.behind, queue.unread);
    } else if (queue.kept > 0 && !readers.broadcasting.empty()) {
      sight.held_up_by =
          fmt::format("it is not known what members of the broadcasting group {} have",
                      readers.broadcasting.front());
    } else if (queue.kept > 0 && readers.groups.empty()) {
      sight.held_up_by = "no group has consumed it";
    } else {
      sight.consumed = true;
    }
  }
  return sights;
}

}  // namespace pintle::broker
