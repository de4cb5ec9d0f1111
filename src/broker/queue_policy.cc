#include "broker/queue_policy.h"

#include <algorithm>
#include <charconv>

namespace pintle::broker {
namespace {

// Write queues are taken away when the backlog would be below this part of the policy's with fewer:
// what is just below would add them again.
constexpr int64_t kCalmPart = 4;

int64_t NumberOf(const model::TopicConfig& topic, std::string_view name) {
  const auto at = topic.attributes.find(std::string(name));
  if (at == topic.attributes.end()) return 0;
  int64_t value = 0;
  std::from_chars(at->second.data(), at->second.data() + at->second.size(), value);
  return value;
}

}  // namespace

Result<std::optional<QueuePolicy>> QueuePolicyOf(const model::TopicConfig& topic) {
  const int64_t least = NumberOf(topic, kQueuesLeast);
  const int64_t most = NumberOf(topic, kQueuesMost);
  const int64_t backlog = NumberOf(topic, kQueuesBacklog);
  if (least == 0 && most == 0 && backlog == 0) return std::nullopt;
  if (least == 0 || most == 0 || backlog == 0) {
    return Fail(ErrorCode::kInvalidArgument, "topic {} needs all of {}, {} and {}, or none",
                topic.name, kQueuesLeast, kQueuesMost, kQueuesBacklog);
  }
  if (least > most || most > kPolicyQueuesMax) {
    return Fail(ErrorCode::kInvalidArgument,
                "topic {}: {}={} must be at most {}={}, and that at most {}", topic.name,
                kQueuesLeast, least, kQueuesMost, most, kPolicyQueuesMax);
  }
  if (topic.order) {
    return Fail(ErrorCode::kInvalidArgument,
                "topic {} is ordered: with another number of queues its messages would change "
                "queues; take {}, {} and {} off it",
                topic.name, kQueuesLeast, kQueuesMost, kQueuesBacklog);
  }
  return QueuePolicy{static_cast<int32_t>(least), static_cast<int32_t>(most), backlog};
}

int32_t QueueWatch::Watched(const model::TopicConfig& topic) const {
  const int32_t known = std::max(topic.read_queues, topic.write_queues);
  return closed_.empty() ? known : std::max(known, closed_.rbegin()->first + 1);
}

std::optional<QueueChange> QueueWatch::Look(const QueuePolicy& policy,
                                            const model::TopicConfig& topic,
                                            const std::vector<QueueSight>& queues, int64_t now_ms,
                                            int64_t quiet_ms) {
  if (auto change = Reopen(topic, queues, now_ms, quiet_ms)) return change;
  int64_t unread = 0;
  const int32_t read = std::min(topic.read_queues, static_cast<int32_t>(queues.size()));
  for (int32_t id = 0; id < read; ++id) unread += queues[static_cast<size_t>(id)].unread;
  if (auto change = Grow(policy, topic, unread)) {
    calm_since_ms_.reset();
    quiet_.clear();
    return change;
  }
  if (auto change = Drain(policy, topic, unread, now_ms, quiet_ms)) return change;
  return Close(topic, queues, now_ms, quiet_ms);
}

// A producer whose route was old may have reached a queue in the moment in which it was closed.
std::optional<QueueChange> QueueWatch::Reopen(const model::TopicConfig& topic,
                                              const std::vector<QueueSight>& queues, int64_t now_ms,
                                              int64_t quiet_ms) {
  int32_t read = topic.read_queues;
  for (const auto& [id, closed] : closed_) {
    const auto at = static_cast<size_t>(id);
    if (id >= read && at < queues.size() && queues[at].end > closed.end) read = id + 1;
  }
  std::erase_if(closed_, [&](const auto& item) {
    return item.first < read || now_ms - item.second.at_ms > quiet_ms;
  });
  if (read == topic.read_queues) return std::nullopt;
  return QueueChange{read, topic.write_queues,
                     fmt::format("a message came to queue {} as it was closed", read - 1)};
}

std::optional<QueueChange> QueueWatch::Grow(const QueuePolicy& policy,
                                            const model::TopicConfig& topic, int64_t unread) const {
  const int32_t write = topic.write_queues;
  int32_t wanted = std::max(write, policy.least);
  std::string why = fmt::format("there are to be at least {}", policy.least);
  if (write >= policy.least && write < policy.most && unread > policy.backlog * write) {
    // As many as bring the backlog of each below the bound, but step by step: what is added is
    // shared out among consumers that need a while for it.
    const int64_t enough = (unread + policy.backlog - 1) / policy.backlog;
    const int64_t step = std::min<int64_t>(int64_t{write} * 2, policy.most);
    wanted = static_cast<int32_t>(std::clamp<int64_t>(enough, write + 1, step));
    why = fmt::format("{} messages are not consumed, more than {} for each of {} queues", unread,
                      policy.backlog, write);
  }
  if (wanted <= write) return std::nullopt;
  return QueueChange{std::max(topic.read_queues, wanted), wanted, std::move(why)};
}

std::optional<QueueChange> QueueWatch::Drain(const QueuePolicy& policy,
                                             const model::TopicConfig& topic, int64_t unread,
                                             int64_t now_ms, int64_t quiet_ms) {
  const int32_t write = topic.write_queues;
  if (write > policy.most) {
    return QueueChange{std::max(topic.read_queues, write), policy.most,
                       fmt::format("there are to be at most {}", policy.most)};
  }
  const int32_t fewer = std::max(policy.least, write / 2);
  if (fewer >= write || unread * kCalmPart > policy.backlog * fewer) {
    calm_since_ms_.reset();
    return std::nullopt;
  }
  if (!calm_since_ms_) calm_since_ms_ = now_ms;
  if (now_ms - *calm_since_ms_ < quiet_ms) return std::nullopt;
  calm_since_ms_ = now_ms;
  return QueueChange{
      std::max(topic.read_queues, write), fewer,
      fmt::format("only {} messages are not consumed, and for {} ms few were", unread, quiet_ms)};
}

std::optional<QueueChange> QueueWatch::Close(const model::TopicConfig& topic,
                                             const std::vector<QueueSight>& queues, int64_t now_ms,
                                             int64_t quiet_ms) {
  hold_up_.clear();
  std::erase_if(quiet_, [&](const auto& item) {
    return item.first < topic.write_queues || item.first >= topic.read_queues;
  });
  int32_t read = topic.read_queues;
  bool from_the_top = true;
  for (int32_t id = topic.read_queues - 1; id >= topic.write_queues; --id) {
    const QueueSight& queue = queues[static_cast<size_t>(id)];
    const auto [place, first] = quiet_.try_emplace(id, Quiet{queue.end, now_ms});
    Quiet& quiet = place->second;
    if (quiet.end != queue.end) quiet = {queue.end, now_ms};
    if (from_the_top && !queue.consumed)
      hold_up_ = fmt::format("queue {} stays open for reading: {}", id, queue.held_up_by);
    from_the_top = from_the_top && queue.consumed && now_ms - quiet.since_ms >= quiet_ms;
    if (!from_the_top) continue;
    read = id;
    closed_[id] = {queue.end, now_ms};
  }
  if (read == topic.read_queues) return std::nullopt;
  return QueueChange{read, topic.write_queues,
                     fmt::format("queues {} to {} are consumed, and nothing came to them for {} ms",
                                 read, topic.read_queues - 1, quiet_ms)};
}

std::string QueueWatch::TakeHoldUp() {
  if (hold_up_ == told_hold_up_) return {};
  told_hold_up_ = hold_up_;
  return hold_up_;
}

}  // namespace pintle::broker
