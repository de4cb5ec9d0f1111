// Makes segments before they are needed and touches their pages ahead of the writer.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "base/error.h"
#include "base/file_system.h"
#include "base/mutex.h"
#include "store/append_room.h"
#include "store/segment.h"

namespace pintle::store {

struct SegmentAllocatorOptions {
  std::string folder;
  int64_t segment_bytes = 0;
  int64_t pretouch_bytes = 0;  // at most so far ahead of the writer
  int64_t free_bytes_min = 0;  // a segment that would leave less on the disk is not made
  bool thread = true;          // false: Take() makes segments itself
};

// Creating a file, reserving its space and faulting its pages in takes milliseconds, an append
// takes one microsecond. So one segment is kept ready, and a window of pages ahead of the writer is
// kept touched. The window starts small, so that an idle broker stays small, and doubles for a
// writer that eats it up. A disk that hangs while a segment is made holds up this thread alone.
//
// Threads: Take() and Advance() by the appender, one at a time; one thread of its own.
class SegmentAllocator {
 public:
  SegmentAllocator(FileSystem& fs, AppendRoom& room, SegmentAllocatorOptions options);
  ~SegmentAllocator();
  SegmentAllocator(const SegmentAllocator&) = delete;
  SegmentAllocator& operator=(const SegmentAllocator&) = delete;

  // The segment that starts at `base`, ready to be written to: a new one, or with `existing` the
  // file that is there. Waits for no disk: kOverloaded while the thread is at it, and the room is
  // told when it ends; then the segment, or why there is none. Without a thread it is made now.
  Result<std::shared_ptr<Segment>> Take(LogOffset base, bool existing) EXCLUDES(mutex_);
  // The same, made in the calling thread; for the start.
  Result<std::shared_ptr<Segment>> Make(LogOffset base, bool existing);

  // The writer stands at `position` in `segment`. Cheap: wakes the thread only when the touched
  // window runs low or the segment is half full.
  void Advance(const std::shared_ptr<Segment>& segment, LogOffset position) EXCLUDES(mutex_) {
    if (position < wake_at_.load(std::memory_order_relaxed)) [[likely]]
      return;
    Wake(segment, position);
  }

  // Forgets and removes a prepared segment that was not taken. By the owner, when nothing appends.
  Status DropPrepared() EXCLUDES(mutex_);

 private:
  void Wake(const std::shared_ptr<Segment>& segment, LogOffset position) EXCLUDES(mutex_);
  void Run() EXCLUDES(mutex_);
  struct Wish {
    LogOffset base;
    bool existing = false;
  };
  void Prepare(const Wish& wish) EXCLUDES(mutex_);
  void TouchAhead() EXCLUDES(mutex_);
  LogOffset TouchTarget() const REQUIRES(mutex_);

  FileSystem& fs_;  // const after construction
  AppendRoom& room_;
  const SegmentAllocatorOptions options_;

  std::atomic<LogOffset> wake_at_{LogOffset(0)};  // Advance() has nothing to do below

  Mutex mutex_;
  std::condition_variable_any changed_;
  std::shared_ptr<Segment> current_ GUARDED_BY(mutex_);  // where the writer is
  LogOffset writer_ GUARDED_BY(mutex_);
  LogOffset touched_ GUARDED_BY(mutex_);  // pages of current_ are touched up to here
  int64_t window_ GUARDED_BY(mutex_) = 0;
  std::shared_ptr<Segment> prepared_ GUARDED_BY(mutex_);
  bool prepared_is_new_ GUARDED_BY(mutex_) = false;  // nothing has ever been in it
  bool touching_ GUARDED_BY(mutex_) = false;
  std::optional<Wish> making_ GUARDED_BY(mutex_);  // the segment in the making
  std::optional<Wish> wanted_ GUARDED_BY(mutex_);  // the segment to make next
  // The base that Take() was asked for while there was no segment, and what came of it.
  std::optional<LogOffset> awaited_ GUARDED_BY(mutex_);
  std::optional<Error> failure_ GUARDED_BY(mutex_);
  bool stop_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace pintle::store
