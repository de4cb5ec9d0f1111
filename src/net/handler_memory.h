// A place for the one operation that a handler of Asio's has under way at a time, so that starting
// it allocates nothing. Private to net/.
#pragma once

#include <cstddef>
#include <new>
#include <utility>

namespace pintle::net {

// Whatever does not fit, or comes while the place is taken, goes to the heap.
// Threads: one at a time; the place outlives the operation.
class HandlerMemory {
 public:
  HandlerMemory() = default;
  HandlerMemory(const HandlerMemory&) = delete;
  HandlerMemory& operator=(const HandlerMemory&) = delete;

  void* Allocate(size_t bytes) {
    if (taken_ || bytes > sizeof place_) return ::operator new(bytes);
    taken_ = true;
    return place_;
  }
  void Free(void* memory) {
    if (memory == place_) {
      taken_ = false;
    } else {
      ::operator delete(memory);
    }
  }

 private:
  alignas(std::max_align_t) std::byte place_[160];
  bool taken_ = false;
};

// The same as Asio asks for it.
template <typename T>
class HandlerAllocator {
 public:
  using value_type = T;

  explicit HandlerAllocator(HandlerMemory& memory) : memory_(&memory) {}
  template <typename U>
  HandlerAllocator(const HandlerAllocator<U>& other)  // NOLINT: allocators convert
      : memory_(other.memory_) {}

  T* allocate(size_t count) { return static_cast<T*>(memory_->Allocate(count * sizeof(T))); }
  void deallocate(T* memory, size_t /*count*/) { memory_->Free(memory); }

  template <typename U>
  bool operator==(const HandlerAllocator<U>& other) const {
    return memory_ == other.memory_;
  }

 private:
  template <typename U>
  friend class HandlerAllocator;
  HandlerMemory* memory_;
};

// Gives `handler` to Asio with `memory` for its operation.
template <typename Handler>
class InPlace {
 public:
  using allocator_type = HandlerAllocator<void>;

  InPlace(HandlerMemory& memory, Handler handler)
      : memory_(&memory), handler_(std::move(handler)) {}

  allocator_type get_allocator() const { return allocator_type(*memory_); }
  template <typename... Args>
  void operator()(Args&&... args) {
    handler_(std::forward<Args>(args)...);
  }

 private:
  HandlerMemory* memory_;
  Handler handler_;
};

}  // namespace pintle::net
