// A log-linear histogram of non-negative values, with a bounded relative error.
#pragma once

#include <cstdint>
#include <vector>

namespace pintle {

// 128 linear buckets per power of two: below 1 % error at any value up to 2^40.
// Threads: one thread, the owner; merge per-thread ones to report.
class Histogram {
 public:
  Histogram();

  void Record(int64_t value, int64_t times = 1);
  void Merge(const Histogram& other);
  void Clear();

  int64_t count() const { return count_; }
  int64_t min() const;  // 0 when empty
  int64_t max() const { return max_; }
  double mean() const;
  // The smallest recorded value (to bucket width) that `quantile` of all values do not exceed;
  // 0 when empty. `quantile` in [0, 1].
  int64_t Quantile(double quantile) const;

 private:
  std::vector<uint64_t> buckets_;
  int64_t count_ = 0;
  int64_t min_ = 0;
  int64_t max_ = 0;
  double sum_ = 0;
};

}  // namespace pintle
