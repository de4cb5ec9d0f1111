#include "base/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.h"

namespace pintle {
namespace {

TEST(HistogramTest, EmptyAnswersZero) {
  const Histogram h;
  EXPECT_EQ(h.count(), 0);
  EXPECT_EQ(h.min(), 0);
  EXPECT_EQ(h.max(), 0);
  EXPECT_EQ(h.mean(), 0);
  EXPECT_EQ(h.Quantile(0.5), 0);
}

TEST(HistogramTest, SmallValuesAreExact) {
  Histogram h;
  for (int i = 1; i <= 100; ++i) h.Record(i);
  EXPECT_EQ(h.min(), 1);
  EXPECT_EQ(h.max(), 100);
  EXPECT_DOUBLE_EQ(h.mean(), 50.5);
  EXPECT_EQ(h.Quantile(0), 1);
  EXPECT_EQ(h.Quantile(0.5), 50);
  EXPECT_EQ(h.Quantile(0.99), 99);
  EXPECT_EQ(h.Quantile(1), 100);
}

TEST(HistogramTest, QuantilesAreWithinOnePercent) {
  Random random(1);
  Histogram h;
  std::vector<int64_t> values;
  for (int i = 0; i < 20'000; ++i) {
    const auto value = static_cast<int64_t>(random.Next() >> (24 + random.Below(39)));
    values.push_back(value);
    h.Record(value);
  }
  std::ranges::sort(values);
  for (const double q : {0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto rank = std::max<size_t>(1, static_cast<size_t>(std::ceil(q * 20'000)));
    const auto exact = static_cast<double>(values[rank - 1]);
    EXPECT_NEAR(static_cast<double>(h.Quantile(q)), exact, exact * 0.01) << q;
  }
}

TEST(HistogramTest, ValuesOutOfRangeAreCountedAtTheEnds) {
  Histogram h;
  h.Record(-5);
  h.Record(int64_t{1} << 60);
  EXPECT_EQ(h.min(), 0);
  EXPECT_EQ(h.max(), int64_t{1} << 60);
  EXPECT_EQ(h.Quantile(1), int64_t{1} << 60);
}

TEST(HistogramTest, MergeIsAsIfRecordedTogether) {
  Histogram a;
  Histogram b;
  Histogram both;
  for (int i = 0; i < 1000; ++i) {
    (i % 3 == 0 ? a : b).Record(i * 1000);
    both.Record(i * 1000);
  }
  a.Merge(b);
  a.Merge(Histogram());
  EXPECT_EQ(a.count(), both.count());
  EXPECT_EQ(a.min(), both.min());
  EXPECT_EQ(a.max(), both.max());
  EXPECT_EQ(a.Quantile(0.9), both.Quantile(0.9));
  a.Clear();
  EXPECT_EQ(a.count(), 0);
  a.Merge(b);
  EXPECT_EQ(a.min(), 1000);
}

TEST(HistogramTest, OneValueManyTimesIsThatManyValues) {
  Histogram one_by_one;
  Histogram at_once;
  for (int i = 0; i < 5; ++i) one_by_one.Record(1234);
  at_once.Record(1234, 5);
  at_once.Record(99, 0);
  EXPECT_EQ(at_once.count(), 5);
  EXPECT_EQ(at_once.min(), one_by_one.min());
  EXPECT_EQ(at_once.max(), one_by_one.max());
  EXPECT_EQ(at_once.mean(), one_by_one.mean());
  EXPECT_EQ(at_once.Quantile(0.5), one_by_one.Quantile(0.5));
}

}  // namespace
}  // namespace pintle
