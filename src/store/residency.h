// What of the log was in memory when it was last looked at.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "base/clock.h"
#include "store/segment.h"

namespace pintle::store {

// A look costs a system call; readers that go through the same part of the log share it. What was
// in memory may have been evicted since, so that an answer is a good guess for a moment.
//
// Threads: any thread.
class Residency {
 public:
  explicit Residency(const Clock& clock) : clock_(clock) {}

  // True when [from, from + length) of the segment, as far as the file reaches, is in memory.
  bool Has(const Segment& segment, LogOffset from, size_t length);

 private:
  static constexpr int64_t kChunkBytes = 1 << 20;
  static constexpr size_t kSlots = 1024;  // one in 1 GiB of log

  bool HasChunk(const Segment& segment, int64_t chunk);

  const Clock& clock_;
  // By chunk, modulo: the last chunk of that slot that was in memory, and the moment.
  std::array<std::atomic<uint64_t>, kSlots> seen_{};
};

}  // namespace pintle::store
