// The bytes of a file in memory. Private to the in-memory file system.
#pragma once

#include <cstddef>
#include <memory>

#include "base/bytes.h"
#include "base/error.h"

namespace pintle {

// Zero until written. Address space is taken generously and memory only when touched, so that a
// sparse gigabyte costs nothing and a mapped file can grow where it is.
//
// Threads: one at a time, the caller's to ensure.
class MemoryBytes {
 public:
  // Keeps the bytes in place and alive.
  class Block;
  using Pin = std::shared_ptr<Block>;

  // Room for `size` bytes; what is new is zero. kUnsupported when it does not fit in place and
  // somebody holds a Pin.
  Status Reserve(size_t size);
  void Zero(size_t begin, size_t end);

  std::byte* data() const;
  Pin pin() const { return block_; }
  static std::byte* Data(const Pin& pin);

 private:
  Pin block_;
};

}  // namespace pintle
