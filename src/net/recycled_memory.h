// Memory of common sizes, recycled per thread: coroutine frames, output blocks, unconsumed input.
//
// Threads: any thread; a block may be freed on another thread than the one that allocated it and is
// recycled there. Each thread keeps a bounded number of bytes.
#pragma once

#include <cstddef>

namespace pintle::net {

// Uninitialised, aligned as operator new aligns.
void* AllocateRecycled(size_t bytes);
// `bytes` as given to AllocateRecycled(). Null is not an error.
void FreeRecycled(void* memory, size_t bytes) noexcept;

// What this thread keeps for reuse now, and at most.
size_t RecycledBytes();
inline constexpr size_t kRecycledBytesMax = 4 << 20;
// Larger blocks are not recycled.
inline constexpr size_t kRecycledBlockMax = 16 << 10;

}  // namespace pintle::net
