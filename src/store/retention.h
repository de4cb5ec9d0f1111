// Deletes the oldest segments of the log, by age and for want of space, and shuts the write gate
// while the disk is full.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "base/clock.h"
#include "base/error.h"
#include "base/file_system.h"
#include "base/log.h"
#include "base/mutex.h"
#include "store/careful_clock.h"
#include "store/commit_log.h"
#include "store/derived_writer.h"
#include "store/flusher.h"
#include "store/store_options.h"
#include "store/write_gate.h"

namespace pintle::store {

// - A segment whose messages are all older than reserved_hours goes at one of delete_hours, or at
//   any hour once the disk is used to disk_clean_percent. Its age is that of the first message
//   behind it: none of its own is younger. A segment whose age cannot be told is not old.
// - From disk_force_clean_percent on, or when another segment would not find its place, the oldest
//   goes whatever its age.
// - From disk_full_percent on, or below disk_free_bytes_min, messages are refused; what needs no new
//   space goes on. They are taken again by the first turn that finds space.
//
// Never the segment in use, and nothing that a restart would have to read again. Queues and index
// follow with the next recovery point: see DerivedWriter.
//
// Threads: a thread of its own, as a disk can take long over a file of a gigabyte, or hang.
class Retention {
 public:
  Retention(FileSystem& fs, const Clock& clock, const StoreOptions& options, std::string folder,
            CommitLog& log, const Flusher& flusher, const DerivedWriter& derived, WriteGate& gate);
  ~Retention();
  Retention(const Retention&) = delete;
  Retention& operator=(const Retention&) = delete;

  // With background threads, starts one.
  void Start();
  void Stop() EXCLUDES(mutex_);

  // One turn, in the calling thread. Without background threads.
  void RunTurn();

 private:
  void Run() EXCLUDES(mutex_);
  void Turn();
  std::optional<SpaceUsage> Space();
  bool IsAgeDue(const SpaceUsage& space) const;
  // Store time of the first message behind the oldest segment; nullopt: not known.
  std::optional<int64_t> YoungestInOldest() const;
  void RemoveByAge(const SpaceUsage& space, int64_t now_ms);
  void RemoveForSpace();
  bool RemoveOldest(std::string_view why);
  bool NeedsSpace(const SpaceUsage& space) const;
  // Why messages are refused; empty when there is space.
  std::string Shortage(const SpaceUsage& space) const;
  void SetGate(const SpaceUsage& space);

  FileSystem& fs_;  // const after construction
  const Clock& clock_;
  const StoreOptions& options_;
  const std::string folder_;
  CommitLog& log_;
  const Flusher& flusher_;
  const DerivedWriter& derived_;
  WriteGate& gate_;

  // The thread's.
  CarefulClock age_clock_;
  std::weak_ptr<Segment> removed_;  // a reader can keep the last one, and its space, for a while
  bool refusing_ = false;           // by a watermark
  bool needs_segment_ = false;      // somebody was refused space by the disk itself
  LogLimiter unknown_space_;
  LogLimiter failed_removal_;

  Mutex mutex_;
  std::condition_variable_any wake_;
  bool stop_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace pintle::store
