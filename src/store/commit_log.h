// The commit log: every message of this broker, in arrival order, in one byte stream.
//
// The stream is cut into segment files of equal size; a record never crosses a cut. Format:
// docs/formats/commit_log.md.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "base/file_system.h"
#include "base/mutex.h"
#include "store/message_store.h"
#include "store/segment.h"
#include "store/segment_allocator.h"

namespace pintle::store {

// Threads: Reserve() and Publish() by the appender, one at a time. Reading and the watermarks from
// any thread. Load(), Cut() and removal by the store's owner or its upkeep.
class CommitLog {
 public:
  // A record and the blank marker that closes a segment must fit behind each other.
  static constexpr int64_t kBlankBytes = 8;

  CommitLog(FileSystem& fs, std::string folder, int64_t segment_bytes, SegmentAllocator& allocator);

  // --- opening
  // Maps the files of the folder. Other names are left alone.
  Status Load() EXCLUDES(segments_mutex_);
  // Makes `end` the end of the log: segments past it are removed, and what follows it in its
  // segment is blanked, so that torn bytes are never taken for a record later. Then there is a
  // segment to append to; kNoSpace says that there is none yet, and each append tries to get one.
  Status Cut(LogOffset end) EXCLUDES(segments_mutex_);

  // What a clean stop knows of the segment at the end: from `from` on it is blank. Recovery may
  // believe that for as long as nobody has touched the file.
  struct BlankTail {
    LogOffset base;
    LogOffset from;
    FileStamp stamp;
    friend bool operator==(const BlankTail&, const BlankTail&) = default;
  };
  // When nothing is written any more and everything is durable; nullopt: there is no segment.
  Result<std::optional<BlankTail>> StampTail() const EXCLUDES(segments_mutex_);
  // Before anything else touches the files. Where the stamp is still right, a Cut() at that very
  // place does not read what is behind it.
  void BelieveTail(const BlankTail& tail);

  // --- writing
  struct Place {
    LogOffset offset;
    ByteSpan bytes;
  };
  // Where the next `size` bytes go: at the end, or at the start of a new segment after the rest of
  // the old one is marked blank. Invisible until Publish(); calling it again gives the same place.
  // Waits for no disk: see SegmentAllocator::Take().
  Result<Place> Reserve(int64_t size) EXCLUDES(segments_mutex_);
  // Makes everything below `end` readable.
  void Publish(LogOffset end);

  // --- reading
  LogOffset min() const { return LogOffset(min_.load(std::memory_order_acquire)); }
  LogOffset end() const { return LogOffset(end_.load(std::memory_order_acquire)); }
  int64_t segment_bytes() const { return segment_bytes_; }
  // The first byte after the segment that holds `offset`.
  LogOffset NextSegment(LogOffset offset) const {
    return LogOffset(offset.value() - offset.value() % segment_bytes_ + segment_bytes_);
  }
  std::shared_ptr<const SegmentList> segments() const EXCLUDES(segments_mutex_);
  // `size` bytes at `offset`, pinned; empty when they are not all there.
  LogSlice Slice(LogOffset offset, int64_t size) const;
  // The store time of the record at `offset`, or -1 when no record is there.
  int64_t StoreTime(LogOffset offset) const;

  // --- upkeep
  Status Sync(LogOffset from, LogOffset to);
  // Unmaps and removes the oldest segment; readers that hold a slice of it keep it alive. Never the
  // one that is written to. kNotFound: there is no other.
  Status RemoveOldest() EXCLUDES(segments_mutex_);

 private:
  Status CutIn(SegmentList segments, LogOffset end) EXCLUDES(segments_mutex_);
  Status StartNew(SegmentList segments, LogOffset end) EXCLUDES(segments_mutex_);
  Status Adopt() EXCLUDES(segments_mutex_);
  Status Roll(LogOffset base) EXCLUDES(segments_mutex_);
  void Append(std::shared_ptr<Segment> segment) EXCLUDES(segments_mutex_);
  void SetSegments(SegmentList segments) EXCLUDES(segments_mutex_);
  void SetSegmentsLocked(SegmentList segments) REQUIRES(segments_mutex_);

  FileSystem& fs_;  // const after construction
  const std::string folder_;
  const int64_t segment_bytes_;
  SegmentAllocator& allocator_;

  std::optional<LogOffset> blank_from_;  // the owner's, until Cut()

  // The appender's.
  std::shared_ptr<Segment> tail_;  // null: there was no space for one
  bool tail_ready_ = false;        // it is as long as it must be and has real space

  mutable Mutex segments_mutex_;
  std::shared_ptr<const SegmentList> segments_ GUARDED_BY(segments_mutex_);

  std::atomic<int64_t> min_{0};
  std::atomic<int64_t> end_{0};  // written by the appender (release), read by anyone (acquire)
};

// Reads at many places of the log with one look at the list of segments. Short-lived: it pins every
// segment there is.
class LogView {
 public:
  explicit LogView(const CommitLog& log) : end_(log.end()), segments_(log.segments()) {}

  LogOffset end() const { return end_; }
  // The segment that holds [offset, offset + size), all of it below the log's end; or null.
  const std::shared_ptr<Segment>* Find(LogOffset offset, int64_t size) const;

 private:
  LogOffset end_;
  std::shared_ptr<const SegmentList> segments_;
};

}  // namespace pintle::store
