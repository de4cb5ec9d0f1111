#include "net/allocation_count_testing.h"

#include <cstdlib>
#include <new>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PINTLE_COUNT_ALLOCATIONS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define PINTLE_COUNT_ALLOCATIONS 0
#endif
#endif
#ifndef PINTLE_COUNT_ALLOCATIONS
#define PINTLE_COUNT_ALLOCATIONS 1
#endif

#if PINTLE_COUNT_ALLOCATIONS

namespace {
constinit thread_local int64_t allocations = 0;

void* Count(void* memory) {
  ++allocations;
  if (memory == nullptr) std::abort();
  return memory;
}
}  // namespace

void* operator new(size_t bytes) { return Count(std::malloc(bytes)); }
void* operator new(size_t bytes, std::align_val_t alignment) {
  const auto step = static_cast<size_t>(alignment);
  return Count(std::aligned_alloc(step, (bytes + step - 1) / step * step));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { std::free(memory); }

namespace pintle::net {
int64_t AllocationsOfThisThread() { return allocations; }
}  // namespace pintle::net

#else

namespace pintle::net {
int64_t AllocationsOfThisThread() { return -1; }
}  // namespace pintle::net

#endif
