#include "broker/durable_waiters.h"

#include <gtest/gtest.h>

#include <optional>

#include "broker/manual_loop_testing.h"

namespace pintle::broker {
namespace {

class DurableWaitersTest : public ::testing::Test {
 protected:
  ~DurableWaitersTest() override {
    waiters_.OnFailed();  // whoever still waits
    loop_.Run();
    other_.Run();
  }
  // How a wait ended, once it has.
  using Ending = std::shared_ptr<std::optional<Durability>>;

  static net::Task<void> Await(DurableWaiters& waiters, net::Loop& loop, LogOffset end,
                               Ending ending) {
    *ending = co_await waiters.Reaches(loop, end);
  }
  Ending Wait(ManualLoop& loop, int64_t end) {
    auto ending = std::make_shared<std::optional<Durability>>();
    loop.Start(Await(waiters_, loop, LogOffset(end), ending));
    return ending;
  }

  ManualClock clock_;
  ManualLoop loop_{clock_};
  ManualLoop other_{clock_};
  std::array<net::Loop*, 2> loops_{&loop_, &other_};
  DurableWaiters waiters_{loops_, 5'000};
};

TEST_F(DurableWaitersTest, ResumesWhatTheWatermarkHasReached) {
  const auto below = Wait(loop_, 50);
  const auto at = Wait(loop_, 100);
  const auto above = Wait(loop_, 101);
  waiters_.OnDurable(LogOffset(100));
  EXPECT_EQ(loop_.Run(), 1);
  EXPECT_EQ(*below, Durability::kDurable);
  EXPECT_EQ(*at, Durability::kDurable);
  EXPECT_FALSE(*above);
  waiters_.OnDurable(LogOffset(200));
  loop_.Run();
  EXPECT_EQ(*above, Durability::kDurable);
}

TEST_F(DurableWaitersTest, WhatIsDurableAlreadyDoesNotWait) {
  waiters_.OnDurable(LogOffset(100));
  const auto reached = Wait(loop_, 100);
  EXPECT_EQ(*reached, Durability::kDurable);
}

TEST_F(DurableWaitersTest, ALoopWithoutWaitersIsLeftAlone) {
  const auto reached = Wait(loop_, 10);
  waiters_.OnDurable(LogOffset(10));
  EXPECT_EQ(other_.Run(), 0);
}

TEST_F(DurableWaitersTest, GivesUpAfterItsTime) {
  const auto first = Wait(loop_, 10);
  loop_.Advance(3'000);
  const auto second = Wait(loop_, 20);
  loop_.Advance(1'999);
  EXPECT_FALSE(*first);
  loop_.Advance(1);
  EXPECT_EQ(*first, Durability::kTimeout);
  EXPECT_FALSE(*second);
  waiters_.OnDurable(LogOffset(20));
  loop_.Run();
  EXPECT_EQ(*second, Durability::kDurable);
}

TEST_F(DurableWaitersTest, AFailedDiskIsToldToAllThatWaitNowAndLater) {
  const auto waiting = Wait(loop_, 10);
  waiters_.OnFailed();
  loop_.Run();
  EXPECT_EQ(*waiting, Durability::kFailed);
  const auto later = Wait(loop_, 20);
  EXPECT_EQ(*later, Durability::kFailed);
}

}  // namespace
}  // namespace pintle::broker
