#include "base/clock.h"

#include <gtest/gtest.h>

namespace pintle {
namespace {

TEST(ClockTest, SystemClockGoesOn) {
  const SystemClock clock;
  const int64_t before = clock.MonotonicNs();
  EXPECT_GT(clock.WallMs(), 1'600'000'000'000);
  EXPECT_GE(clock.MonotonicNs(), before);
}

TEST(ClockTest, CoarseTimeIsNeverAheadAndGoesOn) {
  const SystemClock clock;
  const int64_t coarse = clock.CoarseMonotonicMs();
  EXPECT_LE(coarse, clock.MonotonicMs());
  while (clock.CoarseMonotonicMs() == coarse) {
  }
  EXPECT_GT(clock.CoarseMonotonicMs(), coarse);
}

TEST(ClockTest, ManualClockMovesOnlyWhenTold) {
  ManualClock clock(1000);
  EXPECT_EQ(clock.WallMs(), 1000);
  clock.Advance(250);
  EXPECT_EQ(clock.WallMs(), 1250);
  EXPECT_EQ(clock.MonotonicMs(), 250);
  clock.JumpWall(-500);
  EXPECT_EQ(clock.WallMs(), 750);
  EXPECT_EQ(clock.MonotonicNs(), 250'000'000);
}

}  // namespace
}  // namespace pintle
