#include "net/input.h"

#include <algorithm>

#include "base/check.h"
#include "base/recycled_memory.h"

namespace pintle::net {

namespace {

// A rest up to this size is copied in front of the next read; a larger one is read on behind.
constexpr size_t kCopiedRestMax = 16 << 10;
// How much memory a peer gets for each byte it has sent, once past the shared buffer.
constexpr size_t kGrowth = 4;
// Room that a growing buffer has at least for the next read.
constexpr size_t kReadMin = 16 << 10;

}  // namespace

Input::~Input() { FreeOwned(); }

void Input::FreeOwned() {
  FreeRecycled(owned_, owned_capacity_);
  owned_ = nullptr;
  owned_capacity_ = 0;
}

void Input::MoveTo(std::byte* memory, size_t capacity) {
  if (size_ > 0) std::memmove(memory, data_, size_);
  data_ = memory;
  if (memory != owned_) {
    FreeOwned();
    owned_ = memory;
    owned_capacity_ = capacity;
  }
}

ByteSpan Input::Prepare(ByteSpan shared, size_t wanted, size_t limit) {
  wanted = std::min(std::max(wanted, size_ + 1), limit);
  if (size_ <= kCopiedRestMax && wanted <= shared.size()) {
    if (size_ > 0) std::memcpy(shared.data(), data_, size_);
    FreeOwned();
    data_ = shared.data();
    return shared.first(std::min(shared.size(), limit)).subspan(size_);
  }
  if (owned_capacity_ < wanted || owned_capacity_ == size_) {
    const size_t useful = std::max({wanted, size_ * 2, size_ + kReadMin});
    const size_t earned = std::max(size_ * kGrowth, size_ + kReadMin);
    const size_t capacity = std::min({useful, earned, limit});
    if (capacity > owned_capacity_) {
      MoveTo(static_cast<std::byte*>(AllocateRecycled(capacity)), capacity);
    }
  }
  if (data_ != owned_) MoveTo(owned_, owned_capacity_);
  return {data_ + size_, owned_capacity_ - size_};
}

void Input::Consume(size_t bytes) {
  PINTLE_CHECK(bytes <= size_, "{} bytes consumed of {}", bytes, size_);
  data_ += bytes;
  size_ -= bytes;
}

void Input::Settle() {
  if (size_ == 0) {
    FreeOwned();
    data_ = nullptr;
  } else if (owned_ == nullptr) {
    MoveTo(static_cast<std::byte*>(AllocateRecycled(size_)), size_);
  }
}

}  // namespace pintle::net
