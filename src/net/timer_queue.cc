#include "net/timer_queue.h"

#include <utility>

namespace pintle::net {

TimerId TimerQueue::Add(int64_t due_ns, Work work) {
  uint32_t slot = free_slot_;
  if (slot == kNoSlot) {
    slot = static_cast<uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    free_slot_ = slots_[slot].position;
  }
  slots_[slot].work = std::move(work);
  heap_.emplace_back();
  SiftUp(heap_.size() - 1, {due_ns, next_sequence_++, slot});
  return TimerId{uint64_t{slots_[slot].generation} << 32 | slot};
}

void TimerQueue::Cancel(TimerId id) {
  const auto packed = static_cast<uint64_t>(id);
  const auto slot = static_cast<uint32_t>(packed);
  const auto generation = static_cast<uint32_t>(packed >> 32);
  if (slot >= slots_.size() || slots_[slot].generation != generation) return;
  // Destroyed only here, after the heap is whole again: its destructor may cancel others.
  const Work dropped = Remove(slots_[slot].position);
}

Work TimerQueue::Pop() {
  PINTLE_CHECK(!heap_.empty(), "no timer to take");
  return Remove(0);
}

Work TimerQueue::Remove(size_t position) {
  const uint32_t index = heap_[position].slot;
  const Entry last = heap_.back();
  heap_.pop_back();
  if (position < heap_.size()) {
    if (position > 0 && last.Before(heap_[(position - 1) / 2])) {
      SiftUp(position, last);
    } else {
      SiftDown(position, last);
    }
  }
  Slot& slot = slots_[index];
  Work work = std::move(slot.work);
  slot.work = nullptr;
  // 0 is left out: TimerId::kNone never names a timer.
  if (++slot.generation == 0) slot.generation = 1;
  slot.position = std::exchange(free_slot_, index);
  return work;
}

void TimerQueue::Place(size_t position, Entry entry) {
  heap_[position] = entry;
  slots_[entry.slot].position = static_cast<uint32_t>(position);
}

void TimerQueue::SiftUp(size_t position, Entry entry) {
  while (position > 0) {
    const size_t parent = (position - 1) / 2;
    if (!entry.Before(heap_[parent])) break;
    Place(position, heap_[parent]);
    position = parent;
  }
  Place(position, entry);
}

void TimerQueue::SiftDown(size_t position, Entry entry) {
  for (;;) {
    size_t child = 2 * position + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1].Before(heap_[child])) ++child;
    if (!heap_[child].Before(entry)) break;
    Place(position, heap_[child]);
    position = child;
  }
  Place(position, entry);
}

}  // namespace pintle::net
