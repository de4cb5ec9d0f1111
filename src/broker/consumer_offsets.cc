#include "broker/consumer_offsets.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "broker/name_table.h"
#include "remoting/bodies/offset_table.h"

namespace pintle::broker {
namespace {

// The version of the table advances once in so many commits, as slaves that follow it expect.
constexpr int64_t kChangesPerVersion = 500;

}  // namespace

ConsumerOffsets::ConsumerOffsets(const Clock& clock, FileSystem& fs, BoundedExecutor& executor,
                                 std::string path)
    : clock_(clock), file_(fs, executor, std::move(path), [this] { return Encode(true); }) {}

Status ConsumerOffsets::Load() {
  return file_.Load([this](std::string_view text) { return Decode(text); });
}

bool ConsumerOffsets::HasConsumed(const Progress& progress) {
  return std::ranges::any_of(progress.queues,
                             [](const auto& queue) { return queue.second.consumed.has_value(); });
}

size_t ConsumerOffsets::KeyHash::operator()(const KeyView& key) const {
  return TextHash()(key.topic) * 31 + TextHash()(key.group);
}

ConsumerOffsets::Progress& ConsumerOffsets::ProgressIn(Shard& shard, const KeyView& key) {
  const auto found = shard.groups.find(key);
  if (found != shard.groups.end()) return found->second;
  return shard.groups[Key{std::string(key.topic), std::string(key.group)}];
}

const ConsumerOffsets::Position* ConsumerOffsets::FindIn(const Shard& shard, const KeyView& key,
                                                         int32_t queue_id) {
  const auto found = shard.groups.find(key);
  if (found == shard.groups.end()) return nullptr;
  const Queues& queues = found->second.queues;
  const auto position = queues.find(queue_id);
  return position == queues.end() ? nullptr : &position->second;
}

void ConsumerOffsets::Commit(std::string_view topic, std::string_view group, int32_t queue_id,
                             QueueOffset offset, std::string_view who) {
  const KeyView key{topic, group};
  Shard& shard = ShardOf(key);
  std::optional<QueueOffset> before;
  {
    MutexLock lock(shard.mutex);
    Position& position = PositionIn(shard, key, queue_id);
    before = std::exchange(position.consumed, offset);
  }
  if (before && offset < *before) {
    PINTLE_LOG(kWarn, "offsets: group {} moves back on topic {} queue {} from {} to {}, told by {}",
               group, topic, queue_id, *before, offset, who);
  }
  if (before != offset) CountChange();
}

void ConsumerOffsets::SetPulled(std::string_view topic, std::string_view group, int32_t queue_id,
                                QueueOffset offset, int64_t messages) {
  const KeyView key{topic, group};
  Shard& shard = ShardOf(key);
  MutexLock lock(shard.mutex);
  Progress& progress = ProgressIn(shard, key);
  progress.messages_out += messages;
  progress.queues[queue_id].pulled = offset;
}

double ConsumerOffsets::MessagesPerSecond(std::string_view topic, std::string_view group) const {
  const KeyView key{topic, group};
  const Shard& shard = ShardOf(key);
  MutexLock lock(shard.mutex);
  const auto found = shard.groups.find(key);
  return found == shard.groups.end() ? 0 : found->second.rate.per_second();
}

void ConsumerOffsets::SampleRates() {
  const int64_t now_ms = clock_.MonotonicMs();
  for (Shard& shard : shards_) {
    MutexLock lock(shard.mutex);
    for (auto& [key, progress] : shard.groups) progress.rate.Sample(progress.messages_out, now_ms);
  }
}

std::optional<QueueOffset> ConsumerOffsets::Find(std::string_view topic, std::string_view group,
                                                 int32_t queue_id) const {
  const KeyView key{topic, group};
  const Shard& shard = ShardOf(key);
  MutexLock lock(shard.mutex);
  const Position* position = FindIn(shard, key, queue_id);
  if (position == nullptr) return std::nullopt;
  return position->reset ? position->reset : position->consumed;
}

std::optional<QueueOffset> ConsumerOffsets::FindPulled(std::string_view topic,
                                                       std::string_view group,
                                                       int32_t queue_id) const {
  const KeyView key{topic, group};
  const Shard& shard = ShardOf(key);
  MutexLock lock(shard.mutex);
  const Position* position = FindIn(shard, key, queue_id);
  if (position == nullptr) return std::nullopt;
  if (position->pulled) return position->pulled;
  return position->reset ? position->reset : position->consumed;
}

std::map<int32_t, QueueOffset> ConsumerOffsets::FindAll(std::string_view topic,
                                                        std::string_view group) const {
  std::map<int32_t, QueueOffset> offsets;
  const KeyView key{topic, group};
  const Shard& shard = ShardOf(key);
  MutexLock lock(shard.mutex);
  const auto found = shard.groups.find(key);
  if (found == shard.groups.end()) return offsets;
  for (const auto& [queue_id, position] : found->second.queues) {
    if (position.consumed) offsets.emplace(queue_id, *position.consumed);
  }
  return offsets;
}

void ConsumerOffsets::Reset(std::string_view topic, std::string_view group, int32_t queue_id,
                            QueueOffset offset, std::string_view who) {
  const KeyView key{topic, group};
  Shard& shard = ShardOf(key);
  std::optional<QueueOffset> before;
  {
    MutexLock lock(shard.mutex);
    Position& position = PositionIn(shard, key, queue_id);
    position.reset = offset;
    before = std::exchange(position.consumed, offset);
  }
  LogMove(group, topic, queue_id, before, offset, who);
  CountChange();
}

void ConsumerOffsets::LogMove(std::string_view group, std::string_view topic, int32_t queue_id,
                              std::optional<QueueOffset> before, QueueOffset offset,
                              std::string_view who) {
  if (before && offset < *before) {
    PINTLE_LOG(kWarn, "offsets: group {} moves back on topic {} queue {} from {} to {}, told by {}",
               group, topic, queue_id, *before, offset, who);
  } else {
    PINTLE_LOG(kInfo, "offsets: group {} is set on topic {} queue {} from {} to {}, told by {}",
               group, topic, queue_id, before ? std::to_string(before->value()) : "nothing", offset,
               who);
  }
}

void ConsumerOffsets::Clone(std::string_view topic, std::string_view from, std::string_view to,
                            std::string_view who) {
  for (const auto& [queue_id, offset] : FindAll(topic, from)) {
    const KeyView key{topic, to};
    Shard& shard = ShardOf(key);
    std::optional<QueueOffset> before;
    {
      MutexLock lock(shard.mutex);
      before = std::exchange(PositionIn(shard, key, queue_id).consumed, offset);
    }
    LogMove(to, topic, queue_id, before, offset, who);
    CountChange();
  }
}

bool ConsumerOffsets::HasReset(std::string_view topic, std::string_view group,
                               int32_t queue_id) const {
  const KeyView key{topic, group};
  const Shard& shard = ShardOf(key);
  MutexLock lock(shard.mutex);
  const Position* position = FindIn(shard, key, queue_id);
  return position != nullptr && position->reset.has_value();
}

std::optional<QueueOffset> ConsumerOffsets::TakeReset(std::string_view topic,
                                                      std::string_view group, int32_t queue_id) {
  const KeyView key{topic, group};
  Shard& shard = ShardOf(key);
  MutexLock lock(shard.mutex);
  const auto found = shard.groups.find(key);
  if (found == shard.groups.end()) return std::nullopt;
  Queues& queues = found->second.queues;
  const auto position = queues.find(queue_id);
  if (position == queues.end()) return std::nullopt;
  return std::exchange(position->second.reset, std::nullopt);
}

std::vector<std::string> ConsumerOffsets::TopicsOf(std::string_view group) const {
  std::vector<std::string> topics;
  for (const Shard& shard : shards_) {
    MutexLock lock(shard.mutex);
    for (const auto& [key, progress] : shard.groups) {
      if (key.group == group && HasConsumed(progress)) topics.push_back(key.topic);
    }
  }
  std::ranges::sort(topics);
  return topics;
}

std::vector<std::string> ConsumerOffsets::GroupsOf(std::string_view topic) const {
  std::vector<std::string> groups;
  for (const Shard& shard : shards_) {
    MutexLock lock(shard.mutex);
    for (const auto& [key, progress] : shard.groups) {
      if (key.topic == topic && HasConsumed(progress)) groups.push_back(key.group);
    }
  }
  std::ranges::sort(groups);
  return groups;
}

template <typename Predicate>
void ConsumerOffsets::Forget(Predicate predicate) {
  for (Shard& shard : shards_) {
    MutexLock lock(shard.mutex);
    std::erase_if(shard.groups, [&](const auto& entry) { return predicate(entry.first); });
  }
  CountChange();
}

void ConsumerOffsets::ForgetTopic(std::string_view topic) {
  Forget([topic](const Key& key) { return key.topic == topic; });
}

void ConsumerOffsets::ForgetGroup(std::string_view group) {
  Forget([group](const Key& key) { return key.group == group; });
}

void ConsumerOffsets::CountChange() {
  {
    MutexLock lock(version_mutex_);
    if (++changes_ % kChangesPerVersion == 0) version_.Next(clock_.WallMs());
  }
  file_.Changed();
}

model::DataVersion ConsumerOffsets::version() const {
  MutexLock lock(version_mutex_);
  return version_;
}

std::string ConsumerOffsets::Encode(bool pretty) const {
  remoting::OffsetTable out;
  out.version = version();
  for (const Shard& shard : shards_) {
    MutexLock lock(shard.mutex);
    for (const auto& [key, progress] : shard.groups) {
      if (!HasConsumed(progress)) continue;
      auto& consumed = out.offsets[key.topic + "@" + key.group];
      for (const auto& [queue_id, position] : progress.queues) {
        if (position.consumed) consumed.emplace(queue_id, position.consumed->value());
      }
    }
  }
  return remoting::EncodeOffsetTable(
      out, pretty ? remoting::JsonStyle::kPretty : remoting::JsonStyle::kLegacy);
}

Status ConsumerOffsets::Decode(std::string_view text) {
  PINTLE_ASSIGN(const remoting::OffsetTable in, remoting::DecodeOffsetTable(AsBytes(text)));
  for (const auto& [name, offsets] : in.offsets) {
    // Topic names have no '@'; what RocketMQ could not attribute either is kept nowhere.
    const size_t at = name.find('@');
    if (at == std::string::npos) {
      PINTLE_LOG(kWarn, "offsets: entry '{}' names no group and is left out", name);
      continue;
    }
    const KeyView key{std::string_view(name).substr(0, at), std::string_view(name).substr(at + 1)};
    Shard& shard = ShardOf(key);
    MutexLock lock(shard.mutex);
    for (const auto& [queue_id, offset] : offsets)
      PositionIn(shard, key, queue_id).consumed = QueueOffset(offset);
  }
  MutexLock lock(version_mutex_);
  version_ = in.version;
  return {};
}

}  // namespace pintle::broker
