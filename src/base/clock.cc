#include "base/clock.h"

#include <chrono>
#include <ctime>

#include "base/check.h"

namespace pintle {

int64_t SystemClock::WallMs() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

int64_t SystemClock::MonotonicNs() const {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

int64_t SystemClock::CoarseMonotonicMs() const {
#ifdef CLOCK_MONOTONIC_COARSE
  // Of the same clock as steady_clock, from the kernel's last tick.
  timespec now{};
  if (clock_gettime(CLOCK_MONOTONIC_COARSE, &now) == 0)
    return int64_t{now.tv_sec} * 1'000 + now.tv_nsec / 1'000'000;
#endif
  return MonotonicMs();
}

int64_t ManualClock::WallMs() const { return wall_ms_.load(std::memory_order_relaxed); }

int64_t ManualClock::MonotonicNs() const { return monotonic_ns_.load(std::memory_order_relaxed); }

void ManualClock::Advance(int64_t ms) {
  PINTLE_CHECK(ms >= 0, "a monotonic clock cannot go back by {} ms", -ms);
  wall_ms_.fetch_add(ms, std::memory_order_relaxed);
  monotonic_ns_.fetch_add(ms * 1'000'000, std::memory_order_relaxed);
}

void ManualClock::JumpWall(int64_t ms) { wall_ms_.fetch_add(ms, std::memory_order_relaxed); }

}  // namespace pintle
