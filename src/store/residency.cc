#include "store/residency.h"

#include <algorithm>

namespace pintle::store {
namespace {

// For how long a look counts, and how many moments a slot can tell apart: a look is taken for a
// fresh one again after 74 hours, which costs a reader one wait for the disk.
constexpr int64_t kMomentMs = 256;
constexpr int kMomentBits = 20;
constexpr uint64_t kMoments = uint64_t{1} << kMomentBits;

}  // namespace

bool Residency::Has(const Segment& segment, LogOffset from, size_t length) {
  const ByteView there = segment.From(from);
  length = std::min(length, there.size());
  if (length == 0) return true;
  const int64_t first = from.value() / kChunkBytes;
  const int64_t last = (from.value() + static_cast<int64_t>(length) - 1) / kChunkBytes;
  bool all = true;
  for (int64_t chunk = first; all && chunk <= last; ++chunk) all = HasChunk(segment, chunk);
  return all || segment.ResidentBytes(from, length) >= length;
}

bool Residency::HasChunk(const Segment& segment, int64_t chunk) {
  // One is added so that an empty slot is no moment of chunk 0.
  const auto moment = static_cast<uint64_t>(clock_.MonotonicMs() / kMomentMs + 1) % kMoments;
  const uint64_t now = (static_cast<uint64_t>(chunk) << kMomentBits) | moment;
  std::atomic<uint64_t>& slot = seen_[static_cast<size_t>(chunk) % kSlots];
  if (slot.load(std::memory_order_relaxed) == now) return true;
  const LogOffset begin = std::max(segment.base(), LogOffset(chunk * kChunkBytes));
  const LogOffset end = std::min(segment.limit(), LogOffset((chunk + 1) * kChunkBytes));
  const auto size = std::min(static_cast<size_t>(end - begin), segment.From(begin).size());
  if (segment.ResidentBytes(begin, size) < size) return false;
  slot.store(now, std::memory_order_relaxed);
  return true;
}

}  // namespace pintle::store
