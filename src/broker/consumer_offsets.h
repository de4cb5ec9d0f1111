// How far each group has consumed each queue, kept in config/consumerOffset.json, and in memory
// only: how far and how fast it has pulled, and where an administrator has told it to go on.
//
// Threads: any thread, but for Load() by the owner before use.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "broker/metadata_file.h"
#include "broker/rate.h"
#include "model/offsets.h"
#include "model/topic.h"

namespace pintle::broker {

using model::QueueOffset;

class ConsumerOffsets {
 public:
  ConsumerOffsets(const Clock& clock, FileSystem& fs, BoundedExecutor& executor, std::string path);

  Status Load();

  // Sets the consumed offset. `who` is named in the log when it moves back.
  void Commit(std::string_view topic, std::string_view group, int32_t queue_id, QueueOffset offset,
              std::string_view who);
  // A pull was answered with so many messages and goes on at `offset`.
  void SetPulled(std::string_view topic, std::string_view group, int32_t queue_id,
                 QueueOffset offset, int64_t messages);

  // The reset offset while one is pending, else the consumed one.
  std::optional<QueueOffset> Find(std::string_view topic, std::string_view group,
                                  int32_t queue_id) const;
  // The pulled offset; Find() when nothing was pulled since the start.
  std::optional<QueueOffset> FindPulled(std::string_view topic, std::string_view group,
                                        int32_t queue_id) const;
  // Consumed offsets by queue id.
  std::map<int32_t, QueueOffset> FindAll(std::string_view topic, std::string_view group) const;

  // The group's next pull of the queue is sent to `offset`, and commits are refused until then.
  // `who` is named in the log.
  void Reset(std::string_view topic, std::string_view group, int32_t queue_id, QueueOffset offset,
             std::string_view who);
  // Gives `to` what `from` has consumed of the topic.
  void Clone(std::string_view topic, std::string_view from, std::string_view to,
             std::string_view who);
  bool HasReset(std::string_view topic, std::string_view group, int32_t queue_id) const;
  std::optional<QueueOffset> TakeReset(std::string_view topic, std::string_view group,
                                       int32_t queue_id);

  // Topics of which the group has consumed something, and groups that have of the topic; sorted.
  std::vector<std::string> TopicsOf(std::string_view group) const;
  std::vector<std::string> GroupsOf(std::string_view topic) const;
  void ForgetTopic(std::string_view topic);
  void ForgetGroup(std::string_view group);

  // Messages that the group pulls of the topic; 0 before the second sample.
  double MessagesPerSecond(std::string_view topic, std::string_view group) const;
  // Measures since the last time. One caller.
  void SampleRates();

  model::DataVersion version() const;
  // The file's content, compact or as the file has it.
  std::string Encode(bool pretty) const;
  MetadataFile& file() { return file_; }

 private:
  struct Key {
    std::string topic;
    std::string group;
  };
  struct KeyView {
    std::string_view topic;
    std::string_view group;
  };
  struct KeyHash {
    using is_transparent = void;
    size_t operator()(const KeyView& key) const;
    size_t operator()(const Key& key) const { return (*this)(KeyView{key.topic, key.group}); }
  };
  struct KeyEqual {
    using is_transparent = void;
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return a.topic == b.topic && a.group == b.group;
    }
  };
  struct Position {
    std::optional<QueueOffset> consumed;
    std::optional<QueueOffset> pulled;
    std::optional<QueueOffset> reset;
  };
  using Queues = std::map<int32_t, Position>;
  struct Progress {
    Queues queues;
    int64_t messages_out = 0;
    Rate rate;
  };
  struct alignas(64) Shard {
    mutable Mutex mutex;
    std::unordered_map<Key, Progress, KeyHash, KeyEqual> groups GUARDED_BY(mutex);
  };

  static constexpr size_t kShards = 16;

  const Shard& ShardOf(const KeyView& key) const { return shards_[KeyHash()(key) % kShards]; }
  Shard& ShardOf(const KeyView& key) { return shards_[KeyHash()(key) % kShards]; }
  static Progress& ProgressIn(Shard& shard, const KeyView& key) REQUIRES(shard.mutex);
  static Position& PositionIn(Shard& shard, const KeyView& key, int32_t queue_id)
      REQUIRES(shard.mutex) {
    return ProgressIn(shard, key).queues[queue_id];
  }
  static const Position* FindIn(const Shard& shard, const KeyView& key, int32_t queue_id)
      REQUIRES(shard.mutex);
  static void LogMove(std::string_view group, std::string_view topic, int32_t queue_id,
                      std::optional<QueueOffset> before, QueueOffset offset, std::string_view who);
  static bool HasConsumed(const Progress& progress);
  template <typename Predicate>
  void Forget(Predicate predicate);
  void CountChange();
  Status Decode(std::string_view text);

  const Clock& clock_;
  std::array<Shard, kShards> shards_;
  mutable Mutex version_mutex_;
  model::DataVersion version_ GUARDED_BY(version_mutex_);
  int64_t changes_ GUARDED_BY(version_mutex_) = 0;
  MetadataFile file_;
};

}  // namespace pintle::broker
