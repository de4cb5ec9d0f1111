// Memory of common sizes, recycled per thread: coroutine frames, output blocks, unconsumed input,
// the pieces of an answer.
//
// Threads: any thread; a block may be freed on another thread than the one that allocated it and is
// recycled there. Each thread keeps a bounded number of bytes.
#pragma once

#include <cstddef>
#include <vector>

namespace pintle {

// Uninitialised, aligned as operator new aligns.
void* AllocateRecycled(size_t bytes);
// `bytes` as given to AllocateRecycled(). Null is not an error.
void FreeRecycled(void* memory, size_t bytes) noexcept;

// What this thread keeps for reuse now, and at most.
size_t RecycledBytes();
inline constexpr size_t kRecycledBytesMax = 4 << 20;
// Larger blocks are not recycled.
inline constexpr size_t kRecycledBlockMax = 16 << 10;

// For containers that are made and dropped with each request.
template <typename T>
struct RecycledAllocator {
  using value_type = T;
  RecycledAllocator() = default;
  template <typename U>
  RecycledAllocator(const RecycledAllocator<U>&) {}  // NOLINT(google-explicit-constructor)
  T* allocate(size_t count) { return static_cast<T*>(AllocateRecycled(count * sizeof(T))); }
  void deallocate(T* memory, size_t count) noexcept { FreeRecycled(memory, count * sizeof(T)); }
  friend bool operator==(const RecycledAllocator&, const RecycledAllocator&) { return true; }
};
template <typename T>
using RecycledVector = std::vector<T, RecycledAllocator<T>>;

}  // namespace pintle
