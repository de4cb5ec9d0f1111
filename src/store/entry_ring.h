// The newest entries of a consume queue, in memory.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <memory>

#include "store/queue_entry.h"

namespace pintle::store {

// A ring that grows by doubling. It keeps its space for a while: until Release(), or until Shrink()
// finds most of it unused.
// Threads: the queue's mutex.
class EntryRing {
 public:
  size_t size() const { return size_; }
  size_t capacity() const { return capacity_; }

  void PushBack(const QueueEntry& entry) {
    if (size_ == capacity_) Grow();
    slots_[(head_ + size_) & (capacity_ - 1)] = entry;
    ++size_;
  }
  // `index` < size(); 0 is the oldest.
  const QueueEntry& At(size_t index) const { return slots_[(head_ + index) & (capacity_ - 1)]; }

  void PopFront(size_t count) {
    head_ = (head_ + count) & (capacity_ == 0 ? 0 : capacity_ - 1);
    size_ -= count;
  }
  // Gives most of the space back if an eighth of it would do.
  void Shrink() {
    constexpr size_t kSmall = 256;
    if (capacity_ > kSmall && size_ <= capacity_ / 8) Resize(std::bit_ceil(size_ * 2));
  }
  // Gives the space back; the ring must be empty.
  void Release() {
    slots_.reset();
    head_ = capacity_ = 0;
  }

 private:
  void Grow() {
    constexpr size_t kFirst = 16;
    Resize(std::max(kFirst, capacity_ * 2));
  }

  void Resize(size_t capacity) {
    auto slots = std::make_unique<QueueEntry[]>(capacity);
    for (size_t i = 0; i < size_; ++i) slots[i] = At(i);
    slots_ = std::move(slots);
    capacity_ = capacity;
    head_ = 0;
  }

  std::unique_ptr<QueueEntry[]> slots_;
  size_t capacity_ = 0;  // zero or a power of two
  size_t head_ = 0;
  size_t size_ = 0;
};

}  // namespace pintle::store
