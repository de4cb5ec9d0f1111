// Memory for the texts of one request: handed out by moving a pointer, taken back all at once.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace pintle {

// A connection keeps one and resets it for each request. After the first few requests it holds one
// block that is large enough, and allocates no more.
//
// Threads: one thread, the owner. Views into it are valid until Reset() or destruction.
class ScratchArena {
 public:
  // Reset() keeps at most `keep_bytes`: one huge request must not hold its memory for ever.
  explicit ScratchArena(size_t keep_bytes = 64 * 1024) : keep_bytes_(keep_bytes) {}
  ScratchArena(const ScratchArena&) = delete;
  ScratchArena& operator=(const ScratchArena&) = delete;

  // `n` uninitialised bytes without alignment; never null.
  char* Allocate(size_t n) {
    if (n > static_cast<size_t>(end_ - next_) || next_ == nullptr) [[unlikely]]
      Grow(n);
    char* out = next_;
    next_ += n;
    return out;
  }

  std::string_view Copy(std::string_view text);

  // Takes back everything handed out.
  void Reset();

  // What it holds, handed out or not.
  size_t capacity() const;

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    size_t size = 0;
  };

  void Grow(size_t n);
  void Use(const Block& block);

  const size_t keep_bytes_;
  std::vector<Block> blocks_;
  char* next_ = nullptr;
  char* end_ = nullptr;
};

}  // namespace pintle
