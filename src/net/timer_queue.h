// What is to run at which time, soonest first.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "net/loop.h"

namespace pintle::net {

// A binary heap over slots that are reused: in the steady state adding and cancelling allocates
// nothing. Timers of the same time run in the order added.
// Threads: one thread, its loop.
class TimerQueue {
 public:
  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

  TimerId Add(int64_t due_ns, Work work);
  // Harmless when it has run or was cancelled. Destroys the work.
  void Cancel(TimerId id);
  // When the first is due; kNever when there is none.
  int64_t NextDue() const { return heap_.empty() ? kNever : heap_.front().due_ns; }
  // Takes the first one out. There must be one.
  Work Pop();
  size_t size() const { return heap_.size(); }

 private:
  struct Slot {
    Work work;
    uint32_t generation = 1;
    uint32_t position = 0;  // in heap_; the next free slot when unused
  };
  struct Entry {
    int64_t due_ns;
    uint64_t sequence;
    uint32_t slot;
    bool Before(const Entry& other) const {
      return due_ns != other.due_ns ? due_ns < other.due_ns : sequence < other.sequence;
    }
  };
  static constexpr uint32_t kNoSlot = std::numeric_limits<uint32_t>::max();

  void Place(size_t position, Entry entry);
  void SiftUp(size_t position, Entry entry);
  void SiftDown(size_t position, Entry entry);
  Work Remove(size_t position);

  std::vector<Entry> heap_;
  std::vector<Slot> slots_;
  uint32_t free_slot_ = kNoSlot;
  uint64_t next_sequence_ = 0;
};

}  // namespace pintle::net
