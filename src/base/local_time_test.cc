#include "base/local_time.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace pintle {
namespace {

constexpr int64_t kHourMs = 3'600'000;

TEST(LocalTimeTest, AMonthStartsAtMidnightOfItsFirstDay) {
  // Each 37 hours of two years: every month, both changes of summer time.
  for (int64_t at = 1'700'000'000'000; at < 1'764'000'000'000; at += 37 * kHourMs) {
    const int64_t start = LocalMonthStartMs(at);
    ASSERT_LE(start, at);
    const std::tm t = LocalTime(start);
    EXPECT_EQ(t.tm_mday, 1);
    EXPECT_EQ(t.tm_hour * 3600 + t.tm_min * 60 + t.tm_sec, 0);
    EXPECT_EQ(t.tm_mon, LocalTime(at).tm_mon);
    EXPECT_EQ(LocalTime(start - 1'000).tm_mon, (t.tm_mon + 11) % 12);
  }
}

TEST(LocalTimeTest, ManyThreadsMayAsk) {
  std::vector<std::thread> threads;
  std::vector<int64_t> starts(4);
  for (int64_t& start : starts) {
    threads.emplace_back([&start] { start = LocalMonthStartMs(1'700'000'000'000); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const int64_t start : starts) EXPECT_EQ(start, starts[0]);
}

}  // namespace
}  // namespace pintle
