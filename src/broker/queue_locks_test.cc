#include "broker/queue_locks.h"

#include <gtest/gtest.h>

namespace pintle::broker {
namespace {

const std::vector<model::MessageQueue> kQueues = {{"orders", "broker-a", 0},
                                                  {"orders", "broker-a", 1}};

class QueueLocksTest : public ::testing::Test {
 protected:
  ManualClock clock_;
  QueueLocks locks_{clock_, 60'000};
};

TEST_F(QueueLocksTest, OnlyOneClientHoldsAQueue) {
  EXPECT_EQ(locks_.Lock("g", "one", kQueues), kQueues);
  EXPECT_TRUE(locks_.Lock("g", "two", kQueues).empty());
  EXPECT_EQ(locks_.Lock("another group", "two", kQueues), kQueues);
}

TEST_F(QueueLocksTest, ALockThatIsNotRenewedPassesOn) {
  locks_.Lock("g", "one", kQueues);
  clock_.Advance(40'000);
  locks_.Lock("g", "one", std::span(kQueues).first(1));
  clock_.Advance(40'000);
  EXPECT_EQ(locks_.Lock("g", "two", kQueues), std::vector{kQueues[1]});
  EXPECT_TRUE(locks_.AnyHeld("g"));
}

TEST_F(QueueLocksTest, AJumpOfTheWallClockFreesNothing) {
  locks_.Lock("g", "one", kQueues);
  clock_.JumpWall(3'600'000);
  EXPECT_TRUE(locks_.Lock("g", "two", kQueues).empty());
}

TEST_F(QueueLocksTest, OnlyTheHolderUnlocks) {
  locks_.Lock("g", "one", kQueues);
  locks_.Unlock("g", "two", kQueues);
  EXPECT_TRUE(locks_.AnyHeld("g"));
  locks_.Unlock("g", "one", kQueues);
  EXPECT_FALSE(locks_.AnyHeld("g"));
  EXPECT_EQ(locks_.Lock("g", "two", kQueues), kQueues);
}

// A client that has lost its connection may be at work still, but not for longer than it trusts
// its locks itself.
TEST_F(QueueLocksTest, ALostClientsLocksAreFreeSooner) {
  locks_.Lock("g", "one", kQueues);
  clock_.Advance(20'000);
  locks_.OnClientLost("one");
  EXPECT_TRUE(locks_.Lock("g", "two", kQueues).empty());
  clock_.Advance(15'001);
  EXPECT_EQ(locks_.Lock("g", "two", kQueues), kQueues);
}

TEST_F(QueueLocksTest, AClientThatComesBackKeepsItsLocks) {
  locks_.Lock("g", "one", kQueues);
  locks_.OnClientLost("one");
  clock_.Advance(20'000);
  EXPECT_EQ(locks_.Lock("g", "one", kQueues), kQueues);
  clock_.Advance(50'000);
  EXPECT_TRUE(locks_.Lock("g", "two", kQueues).empty());
}

TEST_F(QueueLocksTest, ExpiredLocksAreForgotten) {
  locks_.Lock("g", "one", kQueues);
  clock_.Advance(60'001);
  EXPECT_FALSE(locks_.AnyHeld("g"));
  locks_.DropExpired();
  EXPECT_EQ(locks_.Lock("g", "two", kQueues), kQueues);
}

}  // namespace
}  // namespace pintle::broker
