#include "net/output.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/recycled_memory.h"

namespace pintle::net {

namespace {

// A single small answer, the common case with many connections, fits the first.
constexpr size_t kFirstBlockBytes = 2 << 10;
constexpr size_t kBlockBytes = 16 << 10;
// Below it a copy is cheaper than one more piece to gather.
constexpr size_t kPinMin = 512;
// A connection that once had many chunks waiting gives their list back.
constexpr size_t kChunksKept = 256;

}  // namespace

Output::~Output() { Clear(); }

void Output::Free(Block& block) {
  FreeRecycled(block.memory, block.size);
  block = {};
}

void Output::StartBlock(size_t size) {
  if (tail_.memory != nullptr) {
    // The last owned chunk, unless it ends an earlier block, is the last user of this one.
    Chunk* user = nullptr;
    for (size_t i = chunks_.size(); i > first_ && user == nullptr; --i) {
      if (chunks_[i - 1].owned) user = &chunks_[i - 1];
    }
    if (user != nullptr && user->last_of.memory == nullptr) {
      user->last_of = std::exchange(tail_, {});
    } else {
      Free(tail_);
    }
  }
  tail_ = {static_cast<std::byte*>(AllocateRecycled(size)), size, 0};
}

ByteSpan Output::Reserve(size_t size) {
  if (tail_.size - tail_.used < size) {
    const bool first = bytes_ == 0 && size <= kFirstBlockBytes;
    StartBlock(std::max(size, first ? kFirstBlockBytes : kBlockBytes));
  }
  std::byte* const place = tail_.memory + tail_.used;
  const bool continues =
      chunks_.size() > first_ && chunks_.back().owned && chunks_.back().last_of.memory == nullptr;
  if (continues) {
    chunks_.back().size += size;
  } else {
    Chunk& chunk = chunks_.emplace_back();
    chunk.data = place;
    chunk.size = size;
    chunk.owned = true;
  }
  tail_.used += size;
  bytes_ += size;
  owned_bytes_ += size;
  return {place, size};
}

void Output::Unreserve(size_t size) {
  if (size == 0) return;
  PINTLE_CHECK(chunks_.size() > first_ && chunks_.back().owned && chunks_.back().size >= size,
               "takes back {} bytes that are not the last reserved", size);
  Chunk& chunk = chunks_.back();
  chunk.size -= size;
  tail_.used -= size;
  bytes_ -= size;
  owned_bytes_ -= size;
  if (chunk.size == 0) chunks_.pop_back();
  if (bytes_ == 0) Clear();
}

void Output::Append(ByteView bytes) {
  if (bytes.empty()) return;
  std::memcpy(Reserve(bytes.size()).data(), bytes.data(), bytes.size());
}

void Output::AppendPinned(ByteView bytes, const std::shared_ptr<const void>& pin) {
  if (bytes.size() < kPinMin) {
    Append(bytes);
    return;
  }
  Chunk& chunk = chunks_.emplace_back();
  chunk.data = bytes.data();
  chunk.size = bytes.size();
  chunk.pin = pin;
  bytes_ += bytes.size();
}

size_t Output::Gather(std::span<ByteView> views) const {
  const size_t count = std::min(views.size(), chunks_.size() - first_);
  for (size_t i = 0; i < count; ++i) {
    const Chunk& chunk = chunks_[first_ + i];
    views[i] = {chunk.data, chunk.size};
  }
  return count;
}

void Output::Consume(size_t bytes) {
  PINTLE_CHECK(bytes <= bytes_, "{} bytes written of {}", bytes, bytes_);
  bytes_ -= bytes;
  if (bytes_ == 0) {
    Clear();
    return;
  }
  while (bytes > 0) {
    Chunk& chunk = chunks_[first_];
    if (chunk.owned) owned_bytes_ -= std::min(bytes, chunk.size);
    if (bytes < chunk.size) {
      chunk.data += bytes;
      chunk.size -= bytes;
      break;
    }
    bytes -= chunk.size;
    Free(chunk.last_of);
    chunk = {};
    ++first_;
  }
  // A long queue that is never quite empty does not grow for ever.
  if (first_ >= kChunksKept && first_ * 2 >= chunks_.size()) {
    chunks_.erase(chunks_.begin(), chunks_.begin() + static_cast<ptrdiff_t>(first_));
    first_ = 0;
  }
}

void Output::Clear() {
  for (size_t i = first_; i < chunks_.size(); ++i) Free(chunks_[i].last_of);
  Free(tail_);
  chunks_.clear();
  if (chunks_.capacity() > kChunksKept) chunks_.shrink_to_fit();
  first_ = 0;
  bytes_ = 0;
  owned_bytes_ = 0;
}

}  // namespace pintle::net
