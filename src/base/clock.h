// Time, as a seam: everything that asks what time it is asks a Clock.
#pragma once

#include <atomic>
#include <cstdint>

namespace pintle {

// Threads: any thread.
class Clock {
 public:
  virtual ~Clock() = default;

  // Milliseconds since 1970-01-01 UTC. Follows the machine's clock, so it may jump either way.
  virtual int64_t WallMs() const = 0;

  // Nanoseconds since an arbitrary start. Never goes back.
  virtual int64_t MonotonicNs() const = 0;

  int64_t MonotonicMs() const { return MonotonicNs() / 1'000'000; }

  // MonotonicMs() as it was up to some 10 ms ago: several times cheaper, for who asks very often.
  virtual int64_t CoarseMonotonicMs() const { return MonotonicMs(); }
};

// The machine's clocks.
class SystemClock final : public Clock {
 public:
  int64_t WallMs() const override;
  int64_t MonotonicNs() const override;
  int64_t CoarseMonotonicMs() const override;
};

// A clock that stands still until a test moves it.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(int64_t wall_ms = 1'700'000'000'000) : wall_ms_(wall_ms) {}

  int64_t WallMs() const override;
  int64_t MonotonicNs() const override;

  // Both clocks go forward by `ms`.
  void Advance(int64_t ms);
  // The wall clock alone jumps, as when an administrator sets it.
  void JumpWall(int64_t ms);

 private:
  std::atomic<int64_t> wall_ms_;
  std::atomic<int64_t> monotonic_ns_{0};
};

}  // namespace pintle
