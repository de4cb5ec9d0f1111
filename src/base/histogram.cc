#include "base/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace pintle {
namespace {

// Values below 128 have a bucket each. Above, the seven bits after the leading one choose one of
// 128 buckets of that power of two.
constexpr int kSubBits = 7;
constexpr int64_t kSubBuckets = int64_t{1} << kSubBits;
constexpr int kTopBits = 40;
constexpr int64_t kHighest = (int64_t{1} << kTopBits) - 1;
constexpr size_t kBuckets = static_cast<size_t>(kTopBits - kSubBits + 1) * kSubBuckets;

size_t BucketOf(int64_t value) {
  if (value < kSubBuckets) return static_cast<size_t>(value);
  const int shift = std::bit_width(static_cast<uint64_t>(value)) - kSubBits - 1;
  return static_cast<size_t>((shift + 1) * kSubBuckets + ((value >> shift) - kSubBuckets));
}

int64_t HighestOf(size_t bucket) {
  const auto index = static_cast<int64_t>(bucket);
  if (index < kSubBuckets) return index;
  const int64_t shift = index / kSubBuckets - 1;
  return ((index % kSubBuckets + kSubBuckets + 1) << shift) - 1;
}

}  // namespace

Histogram::Histogram() : buckets_(kBuckets) {}

void Histogram::Record(int64_t value, int64_t times) {
  if (times <= 0) return;
  value = std::max<int64_t>(value, 0);
  buckets_[BucketOf(std::min(value, kHighest))] += static_cast<uint64_t>(times);
  min_ = count_ == 0 ? value : std::min(min_, value);
  max_ = std::max(max_, value);
  sum_ += static_cast<double>(value) * static_cast<double>(times);
  count_ += times;
}

void Histogram::Merge(const Histogram& other) {
  if (other.count_ == 0) return;
  for (size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  sum_ += other.sum_;
  count_ += other.count_;
}

void Histogram::Clear() {
  std::ranges::fill(buckets_, 0);
  count_ = 0;
  min_ = 0;
  max_ = 0;
  sum_ = 0;
}

int64_t Histogram::min() const { return count_ == 0 ? 0 : min_; }

double Histogram::mean() const { return count_ == 0 ? 0 : sum_ / static_cast<double>(count_); }

int64_t Histogram::Quantile(double quantile) const {
  if (count_ == 0) return 0;
  const double wanted = std::ceil(std::clamp(quantile, 0.0, 1.0) * static_cast<double>(count_));
  const auto rank = std::max<uint64_t>(1, static_cast<uint64_t>(wanted));
  uint64_t seen = 0;
  for (size_t i = 0; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (seen < rank) continue;
    // The last bucket also holds everything above the range.
    return i + 1 == buckets_.size() ? max_ : std::clamp(HighestOf(i), min_, max_);
  }
  return max_;
}

}  // namespace pintle
