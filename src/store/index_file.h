// One file of the message index: a hash table on disk from keys to places in the log.
//
//   header 40 | slots 4 each | entries 20 each
//   header: beginTimestamp 8 | endTimestamp 8 | beginPhyOffset 8 | endPhyOffset 8 |
//           hashSlotCount 4 | indexCount 4
//   entry:  keyHash 4 | phyOffset 8 | timeDiff 4 (s since beginTimestamp) | previous entry 4
//
// Big-endian. A slot holds the number of its newest entry; entry 0 is not used, so 0 ends a chain.
// Source: docs/formats/index.md.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/file_system.h"
#include "base/mutex.h"
#include "model/offsets.h"

namespace pintle::store {

using model::LogOffset;

struct IndexGeometry {
  int32_t slots = 0;
  int32_t entries = 0;  // the first one is not used
};

// One key of one message.
struct IndexKey {
  int32_t hash = 0;  // not negative
  LogOffset offset;
  int64_t store_timestamp = 0;  // ms
};

struct IndexHeader {
  static constexpr size_t kBytes = 40;

  int64_t begin_timestamp = 0;
  int64_t end_timestamp = 0;
  LogOffset begin_offset;
  LogOffset end_offset;
  int32_t slots_used = 0;
  int32_t next = 1;  // the number of the entry to be written next

  friend bool operator==(const IndexHeader&, const IndexHeader&) = default;
};

// Entries are written and read by position. The slots of a file that is written are mapped, as keys
// fall on all of their pages; they are allocated before, so that a full disk is an error and not a
// signal.
//
// Threads: Append() and CutAt() from one thread at a time; header() and Find() from any thread.
class IndexFile {
 public:
  static constexpr size_t kSlotBytes = 4;
  static constexpr size_t kEntryBytes = 20;

  static Result<std::unique_ptr<IndexFile>> Create(FileSystem& fs, const std::string& path,
                                                   IndexGeometry geometry);
  // kCorrupt: its size or its header contradict the geometry.
  static Result<std::unique_ptr<IndexFile>> Open(FileSystem& fs, const std::string& path,
                                                 IndexGeometry geometry);

  const std::string& path() const { return path_; }
  IndexHeader header() const EXCLUDES(mutex_);
  bool full() const { return header().next >= geometry_.entries; }
  bool empty() const { return header().next <= 1; }

  // Writes as many of `keys` as fit and returns how many.
  Result<size_t> Append(std::span<const IndexKey> keys) EXCLUDES(mutex_);
  Status Sync();

  // Forgets entries at or above `end`, and those from the first one on that cannot be right, and
  // makes the slots anew from the entries that stay.
  Status CutAt(LogOffset end) EXCLUDES(mutex_);

  // Adds the places of messages whose key has `hash`, stored in [begin_ms, end_ms] to the second,
  // newest first, until `out` has `max`.
  Status Find(int32_t hash, int64_t begin_ms, int64_t end_ms, size_t max,
              std::vector<LogOffset>& out) EXCLUDES(mutex_);
  // RocketMQ's test whether the file can hold something of that time.
  bool MatchesTime(int64_t begin_ms, int64_t end_ms) const;

  static int64_t FileBytes(IndexGeometry geometry);

 private:
  struct Entry {
    int32_t hash = 0;
    LogOffset offset;
    int32_t seconds = 0;
    int32_t previous = 0;
  };

  IndexFile(std::string path, std::unique_ptr<File> file, IndexGeometry geometry)
      : path_(std::move(path)), file_(std::move(file)), geometry_(geometry) {}

  static Entry LoadEntry(const std::byte* in);
  static void StoreEntry(const Entry& entry, std::byte* out);
  int64_t SlotAt(int32_t slot) const;
  int64_t EntryAt(int32_t number) const;
  Status ReadHeader() EXCLUDES(mutex_);
  Status WriteHeader(const IndexHeader& header) EXCLUDES(mutex_);
  Result<int32_t> CountSound(LogOffset end, std::vector<int32_t>& slots, IndexHeader& header);
  Status MapSlots() EXCLUDES(mutex_);
  // Fills `entries` and hooks them into their chains.
  void Chain(std::span<const IndexKey> keys, IndexHeader& header, ByteSpan entries)
      EXCLUDES(mutex_);
  Result<int32_t> NewestIn(int32_t slot) EXCLUDES(mutex_);

  const std::string path_;
  const std::unique_ptr<File> file_;
  const IndexGeometry geometry_;

  mutable Mutex mutex_;
  IndexHeader header_ GUARDED_BY(mutex_);
  std::unique_ptr<MappedRegion> slots_ GUARDED_BY(mutex_);  // from the file's first byte on
};

}  // namespace pintle::store
