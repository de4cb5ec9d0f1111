// Finds messages by topic and key over all index files, and over what is not in a file yet.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/file_system.h"
#include "base/mutex.h"
#include "store/index_file.h"

namespace pintle::store {

// Hashes of one message's keys; up to a few without an allocation.
class KeyHashes {
 public:
  // Of the unique key and of each of the space-separated keys, as RocketMQ hashes "topic#key".
  KeyHashes(std::string_view topic, std::string_view uniq_key, std::string_view keys);

  std::span<const int32_t> all() const {
    return more_.empty() ? std::span(few_).first(count_) : std::span<const int32_t>(more_);
  }
  static int32_t Of(std::string_view topic, std::string_view key);

 private:
  void Add(int32_t hash);

  std::array<int32_t, 8> few_;
  size_t count_ = 0;
  std::vector<int32_t> more_;  // all of them, once there are more than a few
};

struct MessageIndexOptions {
  std::string folder;
  IndexGeometry geometry;
};

// Keys are taken in memory and written to files in batches by the upkeep. The log is the truth:
// what a crash loses is added again from it.
//
// Threads: Add() by the appender, one at a time. Find() and the counters from any thread. Flush(),
// Sync() and RemoveBelow() by the upkeep. Load() and CutAt() by the owner, before anything else.
class MessageIndex {
 public:
  MessageIndex(FileSystem& fs, const Clock& clock, MessageIndexOptions options);

  // Opens the files. A damaged one, and those after it, are removed: CompleteBelow() says from
  // where on the log must be read again.
  Status Load() EXCLUDES(mutex_);
  // Forgets what is at or above `end`, and makes the newest file sound.
  Status CutAt(LogOffset end) EXCLUDES(mutex_);

  void Add(std::span<const int32_t> hashes, LogOffset offset, int64_t store_timestamp)
      EXCLUDES(mutex_);
  // Many of them at once, in the log's order.
  void Add(std::span<const IndexKey> keys) EXCLUDES(mutex_);
  // Keys in memory. More than `kPendingMax` mean that the disk does not keep up.
  size_t pending() const { return pending_count_.load(std::memory_order_relaxed); }
  static constexpr size_t kPendingMax = 2 << 20;  // 48 MiB

  struct Found {
    std::vector<LogOffset> offsets;  // newest first
    int64_t last_timestamp = 0;      // of the newest entry there is
    LogOffset last_offset;
  };
  // Places of messages that may have the key, as different keys can share a hash.
  Result<Found> Find(std::string_view topic, std::string_view key, size_t max, int64_t begin_ms,
                     int64_t end_ms) EXCLUDES(mutex_);

  // Writes up to `keys_max` keys. True: there are more.
  Result<bool> Flush(size_t keys_max) EXCLUDES(mutex_);
  Status Sync() EXCLUDES(mutex_);
  // Removes files whose every message is below `log_min`; never the newest. Returns how many.
  Result<int> RemoveBelow(LogOffset log_min) EXCLUDES(mutex_);

  // The last message whose keys were added; -1 when there is none.
  LogOffset last_added() const EXCLUDES(mutex_);
  // The place of the last message in the files; -1 when there is none.
  LogOffset last_written() const EXCLUDES(mutex_);
  // Store time of the last message in the files that are full: what RocketMQ's checkpoint holds.
  int64_t full_files_timestamp() const EXCLUDES(mutex_);
  size_t files() const EXCLUDES(mutex_);
  bool lost_files() const { return lost_files_; }

 private:
  using Files = std::vector<std::shared_ptr<IndexFile>>;

  Files FilesNow() const EXCLUDES(mutex_);
  bool TakePending() EXCLUDES(mutex_);
  Result<std::shared_ptr<IndexFile>> FileToWrite() EXCLUDES(mutex_);
  Result<std::string> NewFileName(const Files& files) const;

  FileSystem& fs_;  // const after construction
  const Clock& clock_;
  const MessageIndexOptions options_;
  bool lost_files_ = false;  // const after Load()

  mutable Mutex mutex_;
  Files files_ GUARDED_BY(mutex_);  // oldest first
  std::vector<IndexKey> pending_ GUARDED_BY(mutex_);
  // On their way into files: changed by the upkeep under the lock, so that it reads without.
  std::vector<IndexKey> writing_;
  std::atomic<size_t> written_{0};  // so many of them have arrived
  LogOffset last_added_ GUARDED_BY(mutex_){-1};
  std::atomic<size_t> pending_count_{0};
};

}  // namespace pintle::store
