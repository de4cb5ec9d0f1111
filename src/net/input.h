// Bytes that a connection received and its protocol has not consumed yet.
#pragma once

#include "base/bytes.h"

namespace pintle::net {

// Reads go into the loop's shared buffer; only what is left unconsumed is kept, in memory of its
// own. Between reads an empty input holds nothing. A large request grows memory of its own, at most
// to a few times of what has arrived: a peer pays with bytes for memory.
//
//   Prepare() -> read into it -> Commit() -> unread() -> Consume() -> Settle()
//
// Threads: one thread, its connection's loop.
class Input {
 public:
  Input() = default;
  ~Input();
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  // Where to read next: never empty while size() < `limit`. `wanted` bytes in all are needed before
  // anything can be consumed, at most `limit` are kept.
  ByteSpan Prepare(ByteSpan shared, size_t wanted, size_t limit);
  // The first `bytes` of that place have been filled.
  void Commit(size_t bytes) { size_ += bytes; }
  ByteView unread() const { return {data_, size_}; }
  size_t size() const { return size_; }
  void Consume(size_t bytes);
  // Moves what is left out of the shared buffer, or frees what is no longer needed.
  void Settle();

 private:
  void MoveTo(std::byte* memory, size_t capacity);
  void FreeOwned();

  std::byte* data_ = nullptr;  // first unread byte: in owned_ or in the shared buffer
  size_t size_ = 0;
  std::byte* owned_ = nullptr;
  size_t owned_capacity_ = 0;
};

}  // namespace pintle::net
