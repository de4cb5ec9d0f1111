// Bytes that wait to be written on a connection.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace pintle::net {

// Owned bytes are copied together into recycled blocks; large foreign ones are pinned and gathered
// without a copy. An empty output holds no block.
// Threads: one thread, its connection's loop.
class Output {
 public:
  Output() = default;
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // A place for `size` more owned bytes in one piece, to be filled before the turn ends.
  ByteSpan Reserve(size_t size);
  // Takes back the last `size` bytes of the last Reserve(), when nothing was added since.
  void Unreserve(size_t size);
  void Append(ByteView bytes);
  void Append(std::string_view text) { Append(AsBytes(text)); }
  // Written from where they are; `pin` keeps them alive until then. Few bytes are copied instead.
  void AppendPinned(ByteView bytes, const std::shared_ptr<const void>& pin);

  size_t bytes() const { return bytes_; }
  // Of them, those in memory of its own.
  size_t owned_bytes() const { return owned_bytes_; }
  bool empty() const { return bytes_ == 0; }

  // For the connection: views of the front, valid until the output next changes. Returns how many.
  size_t Gather(std::span<ByteView> views) const;
  // The first `bytes` have been written.
  void Consume(size_t bytes);
  // Forgets everything.
  void Clear();

 private:
  // Owned memory; several chunks may lie in one block when pinned ones came between.
  struct Block {
    std::byte* memory = nullptr;
    size_t size = 0;
    size_t used = 0;
  };
  struct Chunk {
    const std::byte* data = nullptr;
    size_t size = 0;
    Block last_of;  // a block whose last bytes these are: freed with the chunk
    bool owned = false;
    std::shared_ptr<const void> pin;
  };

  void StartBlock(size_t size);
  static void Free(Block& block);

  std::vector<Chunk> chunks_;  // from first_ on
  size_t first_ = 0;
  size_t bytes_ = 0;
  size_t owned_bytes_ = 0;
  Block tail_;  // where owned bytes are added
};

}  // namespace pintle::net
