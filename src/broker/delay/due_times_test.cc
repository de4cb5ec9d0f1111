#include "broker/delay/due_times.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/clock.h"

namespace pintle::broker {
namespace {

using model::QueueOffset;

constexpr int64_t kDelayMs = 10'000;

class DueTimesTest : public ::testing::Test {
 protected:
  DueTimesTest() { times_.Start(QueueOffset(0), clock_.WallMs(), clock_.MonotonicMs()); }
  // As the store does it: its times never go back.
  int64_t Store() {
    stored_ms_ = std::max(stored_ms_, clock_.WallMs());
    times_.OnStored(next_, stored_ms_, clock_.MonotonicMs());
    ++next_;
    return stored_ms_ + kDelayMs;
  }
  int64_t DueIn(int64_t offset, int64_t due_ms) {
    return times_.DueAt(QueueOffset(offset), due_ms) - clock_.MonotonicMs();
  }

  ManualClock clock_;
  DueTimes times_{kDelayMs};
  QueueOffset next_{0};
  int64_t stored_ms_ = 0;
};

TEST_F(DueTimesTest, AreTheDelayAfterStoring) {
  const int64_t due = Store();
  EXPECT_EQ(DueIn(0, due), kDelayMs);
  clock_.Advance(4'000);
  EXPECT_EQ(DueIn(0, due), 6'000);
  EXPECT_EQ(DueIn(1, Store()), kDelayMs);
  EXPECT_EQ(times_.marks(), 1u);
}

TEST_F(DueTimesTest, HoldWhenTheClockJumpsForward) {
  const int64_t before = Store();
  clock_.JumpWall(86'400'000);
  const int64_t after = Store();
  EXPECT_EQ(DueIn(0, before), kDelayMs);
  EXPECT_EQ(DueIn(1, after), kDelayMs);
}

TEST_F(DueTimesTest, HoldWhenTheClockJumpsBackAndStoredTimesStandStill) {
  const int64_t before = Store();
  clock_.JumpWall(-3'600'000);
  std::vector<int64_t> due;
  for (int i = 0; i < 100; ++i) {
    clock_.Advance(50);
    due.push_back(Store());
    EXPECT_EQ(due.back(), before);  // an hour passes before the stored time moves on
  }
  EXPECT_EQ(DueIn(0, before), kDelayMs - 5'000);
  for (int i = 0; i < 100; ++i) {
    const int64_t waited = 5'000 - (i + 1) * 50;
    EXPECT_EQ(DueIn(i + 1, due[static_cast<size_t>(i)]), kDelayMs - waited);
  }
  EXPECT_EQ(times_.marks(), 1u);
}

TEST_F(DueTimesTest, OfAnEarlierProcessAreTheWallClocksAndNeverFarOff) {
  times_.Start(QueueOffset(3), clock_.WallMs(), clock_.MonotonicMs());
  EXPECT_EQ(DueIn(0, clock_.WallMs() - 5'000), -5'000);
  EXPECT_EQ(DueIn(1, clock_.WallMs() + 5'000), 5'000);
  // Stored when the clock was an hour ahead.
  EXPECT_EQ(DueIn(2, clock_.WallMs() + 3'600'000), kDelayMs);
}

}  // namespace
}  // namespace pintle::broker
