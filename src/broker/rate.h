// How fast a count grows.
#pragma once

#include <cstdint>

namespace pintle::broker {

// Threads: one at a time.
class Rate {
 public:
  // The count at a moment of the monotonic clock.
  void Sample(int64_t count, int64_t now_ms) {
    if (sampled_ms_ != 0 && now_ms > sampled_ms_) {
      per_second_ =
          static_cast<double>(count - count_) * 1000 / static_cast<double>(now_ms - sampled_ms_);
    }
    count_ = count;
    sampled_ms_ = now_ms;
  }
  // Between the last two samples.
  double per_second() const { return per_second_; }

 private:
  int64_t count_ = 0;
  int64_t sampled_ms_ = 0;
  double per_second_ = 0;
};

}  // namespace pintle::broker
