// When the entries of one delay level are due, on a clock that nobody sets.
//
// An entry holds a wall-clock time: when its message was stored, plus the level's delay. The wall
// clock may jump, and stored times never go back with it, so that an entry alone does not say how
// long its message has waited. What was seen while messages were stored does: how far the stored
// time was from the monotonic clock, kept wherever that changed.
//
//   entries:   0 ............ 40 ............ 90 ......
//   marks:     0: shift a     40: shift b     90: shift c      due on the monotonic clock =
//                                                              the entry's time + its mark's shift
#pragma once

#include <cstdint>
#include <deque>

#include "base/mutex.h"
#include "model/offsets.h"

namespace pintle::broker {

// Threads: any thread, after Start().
class DueTimes {
 public:
  explicit DueTimes(int64_t delay_ms) : delay_ms_(delay_ms) {}

  // Entries before `end` were stored by an earlier process: they are due by the wall clock as it is
  // now, but never later than the level's delay from now.
  void Start(model::QueueOffset end, int64_t wall_ms, int64_t monotonic_ms) EXCLUDES(mutex_);
  // An entry was stored just now.
  void OnStored(model::QueueOffset offset, int64_t store_timestamp, int64_t monotonic_ms)
      EXCLUDES(mutex_);
  // When the entry that holds `due_ms` is due, in monotonic milliseconds. Forgets what is only
  // about entries before it.
  int64_t DueAt(model::QueueOffset offset, int64_t due_ms) EXCLUDES(mutex_);

  size_t marks() const EXCLUDES(mutex_);

 private:
  // From this entry on.
  struct Mark {
    model::QueueOffset from;
    int64_t shift_ms = 0;
  };

  const int64_t delay_ms_;
  mutable Mutex mutex_;
  model::QueueOffset known_from_ GUARDED_BY(mutex_);  // entries before: an earlier process's
  int64_t latest_ GUARDED_BY(mutex_) = 0;             // and when these are due at the latest
  std::deque<Mark> marks_ GUARDED_BY(mutex_);         // never empty after Start()
};

}  // namespace pintle::broker
