// One entry of a consume queue: where a message is in the log.
//
//   log offset 8 | size 4 | tags code 8
//
// Big-endian. Source: docs/formats/consume_queue.md.
#pragma once

#include <cstdint>
#include <limits>

#include "base/bytes.h"
#include "model/offsets.h"

namespace pintle::store {

using model::LogOffset;
using model::QueueOffset;

struct QueueEntry {
  static constexpr size_t kBytes = 20;
  static constexpr int32_t kBlankSize = std::numeric_limits<int32_t>::max();

  LogOffset offset;
  int32_t size = 0;
  int64_t tags_code = 0;

  // Stands where no message is: before the first one of a file, or for a lost one.
  static QueueEntry Blank() { return {LogOffset(0), kBlankSize, 0}; }
  bool blank() const { return size == kBlankSize; }
  // The bytes of a file past its last entry are zero.
  bool written() const { return offset.value() >= 0 && size > 0; }
  LogOffset end() const { return offset + size; }
  // With enableConsumeQueueExt, RocketMQ keeps the tags code in a file of its own, and here the place
  // in that: no tags code, which has 32 bits, is as small.
  bool extended() const { return tags_code < std::numeric_limits<int32_t>::min(); }

  static QueueEntry Load(const std::byte* in) {
    return {LogOffset(LoadBig<int64_t>(in)), LoadBig<int32_t>(in + 8), LoadBig<int64_t>(in + 12)};
  }
  void Store(std::byte* out) const {
    StoreBig(out, offset.value());
    StoreBig(out + 8, size);
    StoreBig(out + 12, tags_code);
  }
  friend bool operator==(const QueueEntry&, const QueueEntry&) = default;
};

}  // namespace pintle::store
