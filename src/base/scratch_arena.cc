#include "base/scratch_arena.h"

#include <algorithm>
#include <cstring>

namespace pintle {
namespace {

constexpr size_t kFirstBlock = 4096;

}  // namespace

std::string_view ScratchArena::Copy(std::string_view text) {
  char* out = Allocate(text.size());
  if (!text.empty()) std::memcpy(out, text.data(), text.size());
  return {out, text.size()};
}

void ScratchArena::Reset() {
  if (blocks_.size() == 1 && blocks_.front().size <= keep_bytes_) [[likely]] {
    Use(blocks_.front());
    return;
  }
  // Several blocks become one, so that the next request of this size needs no other.
  const size_t keep = std::min(capacity(), keep_bytes_);
  blocks_.clear();
  next_ = nullptr;
  end_ = nullptr;
  if (keep > 0) Grow(keep);
}

size_t ScratchArena::capacity() const {
  size_t sum = 0;
  for (const Block& block : blocks_) sum += block.size;
  return sum;
}

void ScratchArena::Grow(size_t n) {
  // Doubling keeps the number of blocks of a large request small. The bound is met exactly, or the
  // block would be thrown away at each Reset().
  const size_t wanted = blocks_.empty() ? std::min(kFirstBlock, keep_bytes_) : capacity();
  const size_t size = std::max({n, wanted, size_t{1}});
  blocks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
  Use(blocks_.back());
}

void ScratchArena::Use(const Block& block) {
  next_ = block.bytes.get();
  end_ = next_ + block.size;
}

}  // namespace pintle
