// Puts queue entries right that are found wrong while reading.
#pragma once

#include <atomic>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "model/record.h"
#include "store/commit_log.h"
#include "store/consume_queue.h"

namespace pintle::store {

// A queue entry and the record that it leads to must name each other.
bool EntryFits(const ConsumeQueue& queue, QueueOffset at, const QueueEntry& entry, ByteView record);

// What a recovery does at the start, for one place of one queue: the entries between the nearest
// sound neighbours are made anew from the log between them. The work is bounded, as a reader waits
// for it; a place for which it does not suffice is remembered and left to `pintle store repair`.
//
// Threads: any thread, one repair at a time.
class QueueRepair {
 public:
  QueueRepair(const CommitLog& log, const std::vector<int64_t>& delay_levels_ms)
      : log_(log), delay_levels_ms_(delay_levels_ms) {}

  // Entry `at` is wrong. True: it may be right now.
  bool Repair(ConsumeQueue& queue, QueueOffset at) EXCLUDES(mutex_);

  int64_t found() const { return found_.load(std::memory_order_relaxed); }
  int64_t repaired() const { return repaired_.load(std::memory_order_relaxed); }

 private:
  bool IsSound(ConsumeQueue& queue, QueueOffset at) const;
  int RebuildBetween(ConsumeQueue& queue, QueueOffset from, QueueOffset to, LogOffset log_from,
                     LogOffset log_to) REQUIRES(mutex_);

  const CommitLog& log_;
  const std::vector<int64_t>& delay_levels_ms_;

  std::atomic<int64_t> found_{0};
  std::atomic<int64_t> repaired_{0};
  Mutex mutex_;
  // Where nothing could be done. Forgotten when they are too many.
  std::set<std::pair<ConsumeQueue*, QueueOffset>> hopeless_ GUARDED_BY(mutex_);
};

}  // namespace pintle::store
