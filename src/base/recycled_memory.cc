#include "base/recycled_memory.h"

#include <cstdint>
#include <new>
#include <utility>

// A recycled block hides a use after free from the address sanitizer.
#if defined(__SANITIZE_ADDRESS__)
#define PINTLE_RECYCLE 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PINTLE_RECYCLE 0
#endif
#endif
#ifndef PINTLE_RECYCLE
#define PINTLE_RECYCLE 1
#endif

namespace pintle {

namespace {

// Steps of 128 bytes up to 4 KiB for frames and small rests of input; then 8 and 16 KiB.
constexpr size_t kStep = 128;
constexpr size_t kSmallMax = 4096;
constexpr size_t kSmallClasses = kSmallMax / kStep;
constexpr size_t kClasses = kSmallClasses + 2;

constexpr size_t ClassOf(size_t bytes) {
  if (bytes <= kSmallMax) return bytes == 0 ? 0 : (bytes - 1) / kStep;
  return bytes <= kRecycledBlockMax / 2 ? kSmallClasses : kSmallClasses + 1;
}

constexpr size_t ClassBytes(size_t size_class) {
  if (size_class < kSmallClasses) return (size_class + 1) * kStep;
  return size_class == kSmallClasses ? kRecycledBlockMax / 2 : kRecycledBlockMax;
}

struct FreeBlock {
  FreeBlock* next;
};

// Trivial, so that it can be used without a guard and after the thread's destructors ran.
struct Cache {
  enum class Phase : uint8_t { kFresh, kLive, kDead };
  FreeBlock* free[kClasses];
  // Small and large blocks are bounded apart: a burst of output does not drive frames out.
  size_t small_bytes;
  size_t large_bytes;
  Phase phase;
  size_t& BytesOf(size_t size_class) {
    return size_class < kSmallClasses ? small_bytes : large_bytes;
  }
};
constinit thread_local Cache cache{};

// Frees what the thread kept when the thread ends.
struct CacheOwner {
  CacheOwner() { cache.phase = Cache::Phase::kLive; }
  ~CacheOwner() {
    cache.phase = Cache::Phase::kDead;
    for (FreeBlock*& head : cache.free) {
      while (head != nullptr) ::operator delete(std::exchange(head, head->next));
    }
    cache.small_bytes = 0;
    cache.large_bytes = 0;
  }
  CacheOwner(const CacheOwner&) = delete;
  CacheOwner& operator=(const CacheOwner&) = delete;
};

// False once the thread is ending.
bool Live() {
  if (cache.phase == Cache::Phase::kLive) [[likely]]
    return true;
  if (cache.phase == Cache::Phase::kDead) return false;
  thread_local CacheOwner owner;
  return cache.phase == Cache::Phase::kLive;
}

}  // namespace

void* AllocateRecycled(size_t bytes) {
  if (bytes > kRecycledBlockMax || PINTLE_RECYCLE == 0) return ::operator new(bytes);
  const size_t size_class = ClassOf(bytes);
  FreeBlock*& head = cache.free[size_class];
  if (head != nullptr) [[likely]] {
    cache.BytesOf(size_class) -= ClassBytes(size_class);
    return std::exchange(head, head->next);
  }
  return ::operator new(ClassBytes(size_class));
}

void FreeRecycled(void* memory, size_t bytes) noexcept {
  if (memory == nullptr) return;
  if (bytes <= kRecycledBlockMax && PINTLE_RECYCLE != 0) {
    const size_t size_class = ClassOf(bytes);
    const size_t size = ClassBytes(size_class);
    size_t& kept = cache.BytesOf(size_class);
    if (Live() && kept + size <= kRecycledBytesMax / 2) [[likely]] {
      FreeBlock*& head = cache.free[size_class];
      head = ::new (memory) FreeBlock{head};
      kept += size;
      return;
    }
  }
  ::operator delete(memory);
}

size_t RecycledBytes() { return cache.small_bytes + cache.large_bytes; }

}  // namespace pintle
