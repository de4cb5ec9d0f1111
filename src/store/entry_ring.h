// The newest entries of a consume queue, in memory.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "store/queue_entry.h"

namespace pintle::store {

// A line of entries in pieces of one size, for all queues: what one queue gives back fits the next
// one, where ten thousand arrays that double would leave as much unused again.
//
// Threads: the queue's mutex.
class EntryRing {
 public:
  static constexpr size_t kPiece = 32;

  size_t size() const { return size_; }

  void PushBack(const QueueEntry& entry) {
    const size_t at = head_ + size_;
    if (at == pieces_.size() * kPiece) [[unlikely]]
      pieces_.push_back(std::make_unique<Piece>());
    (*pieces_[at / kPiece])[at % kPiece] = entry;
    ++size_;
  }
  // `index` < size(); 0 is the oldest.
  const QueueEntry& At(size_t index) const {
    const size_t at = head_ + index;
    return (*pieces_[at / kPiece])[at % kPiece];
  }

  // `count` <= size(). Of the pieces that get free a few stay, for the next entries.
  void PopFront(size_t count) {
    head_ += count;
    size_ -= count;
    const auto unused = static_cast<ptrdiff_t>(head_ / kPiece);
    head_ %= kPiece;
    std::rotate(pieces_.begin(), pieces_.begin() + unused, pieces_.end());
    const size_t used = (head_ + size_ + kPiece - 1) / kPiece;
    pieces_.resize(std::min(pieces_.size(), used + kSpare));
  }
  // Gives all space back; the ring must be empty.
  void Release() {
    pieces_ = Pieces();
    head_ = 0;
  }

 private:
  using Piece = std::array<QueueEntry, kPiece>;
  using Pieces = std::vector<std::unique_ptr<Piece>>;

  static constexpr size_t kSpare = 2;

  Pieces pieces_;
  size_t head_ = 0;  // in the first piece
  size_t size_ = 0;
};

}  // namespace pintle::store
