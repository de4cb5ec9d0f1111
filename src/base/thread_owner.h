// Asserts that an object is used by the one thread that owns it.
#pragma once

#include <atomic>
#include <thread>

#include "base/check.h"

namespace pintle {

// Takes its first caller's thread as the owner.
class ThreadOwner {
 public:
  void Assert() const {
    const std::thread::id self = std::this_thread::get_id();
    std::thread::id none{};
    if (owner_.load(std::memory_order_relaxed) == self) [[likely]]
      return;
    PINTLE_CHECK(owner_.compare_exchange_strong(none, self), "called from a foreign thread");
  }
  // The next caller becomes the owner. For hand-over at construction and shutdown.
  void Release() { owner_.store(std::thread::id{}); }

 private:
  mutable std::atomic<std::thread::id> owner_{};
};

}  // namespace pintle
