#include "broker/queue_locks.h"

#include <gtest/gtest.h>

#include <memory>

#include "base/bounded_executor.h"
#include "base/memory_file_system.h"

namespace pintle::broker {
namespace {

const std::vector<model::MessageQueue> kQueues = {{"orders", "broker-a", 0},
                                                  {"orders", "broker-a", 1}};

class QueueLocksTest : public ::testing::Test {
 protected:
  QueueLocksTest() { EXPECT_TRUE(fs_.CreateDirectories("/config")); }
  // As a broker that starts again would.
  void Restart() {
    ASSERT_TRUE(locks_->file().WriteNow());
    locks_ = Make();
    ASSERT_TRUE(locks_->Load());
  }
  std::unique_ptr<QueueLocks> Make() {
    return std::make_unique<QueueLocks>(clock_, 60'000, fs_, executor_, "/config/queueLocks.json");
  }

  ManualClock clock_;
  MemoryFileSystem fs_;
  BoundedExecutor executor_{{.name = "test", .threads = 0}};
  std::unique_ptr<QueueLocks> locks_ = Make();
};

TEST_F(QueueLocksTest, OnlyOneClientHoldsAQueue) {
  EXPECT_EQ(locks_->Lock("g", "one", kQueues), kQueues);
  EXPECT_TRUE(locks_->Lock("g", "two", kQueues).empty());
  EXPECT_EQ(locks_->Lock("another group", "two", kQueues), kQueues);
}

TEST_F(QueueLocksTest, ALockThatIsNotRenewedPassesOn) {
  locks_->Lock("g", "one", kQueues);
  clock_.Advance(40'000);
  locks_->Lock("g", "one", std::span(kQueues).first(1));
  clock_.Advance(40'000);
  EXPECT_EQ(locks_->Lock("g", "two", kQueues), std::vector{kQueues[1]});
  EXPECT_TRUE(locks_->AnyHeld("g"));
}

TEST_F(QueueLocksTest, AJumpOfTheWallClockFreesNothing) {
  locks_->Lock("g", "one", kQueues);
  clock_.JumpWall(3'600'000);
  EXPECT_TRUE(locks_->Lock("g", "two", kQueues).empty());
}

TEST_F(QueueLocksTest, OnlyTheHolderUnlocks) {
  locks_->Lock("g", "one", kQueues);
  locks_->Unlock("g", "two", kQueues);
  EXPECT_TRUE(locks_->AnyHeld("g"));
  locks_->Unlock("g", "one", kQueues);
  EXPECT_FALSE(locks_->AnyHeld("g"));
  EXPECT_EQ(locks_->Lock("g", "two", kQueues), kQueues);
}

// A client that has lost its connection may be at work still, but not for longer than it trusts
// its locks itself.
TEST_F(QueueLocksTest, ALostClientsLocksAreFreeSooner) {
  locks_->Lock("g", "one", kQueues);
  clock_.Advance(20'000);
  locks_->OnClientLost("one");
  EXPECT_TRUE(locks_->Lock("g", "two", kQueues).empty());
  clock_.Advance(15'001);
  EXPECT_EQ(locks_->Lock("g", "two", kQueues), kQueues);
}

TEST_F(QueueLocksTest, AClientThatComesBackKeepsItsLocks) {
  locks_->Lock("g", "one", kQueues);
  locks_->OnClientLost("one");
  clock_.Advance(20'000);
  EXPECT_EQ(locks_->Lock("g", "one", kQueues), kQueues);
  clock_.Advance(50'000);
  EXPECT_TRUE(locks_->Lock("g", "two", kQueues).empty());
}

TEST_F(QueueLocksTest, ExpiredLocksAreForgotten) {
  locks_->Lock("g", "one", kQueues);
  clock_.Advance(60'001);
  EXPECT_FALSE(locks_->AnyHeld("g"));
  locks_->DropExpired();
  EXPECT_EQ(locks_->Lock("g", "two", kQueues), kQueues);
}

// A broker that was killed must not give a queue to a member that asks first: the holder is at work.
TEST_F(QueueLocksTest, HoldersOutliveTheBroker) {
  locks_->Lock("g", "one", kQueues);
  locks_->Unlock("g", "one", std::span(kQueues).first(1));
  Restart();
  EXPECT_EQ(locks_->Lock("g", "two", kQueues), std::vector{kQueues[0]});
  EXPECT_EQ(locks_->Lock("g", "one", std::span(kQueues).last(1)), std::vector{kQueues[1]});
  clock_.Advance(QueueLocks::kTrustMs + 1);
  EXPECT_EQ(locks_->Lock("g", "two", kQueues), std::vector{kQueues[0]});
}

TEST_F(QueueLocksTest, HoldersThatDoNotComeBackLoseTheirQueues) {
  locks_->Lock("g", "one", kQueues);
  Restart();
  clock_.Advance(QueueLocks::kTrustMs + 1);
  EXPECT_EQ(locks_->Lock("g", "two", kQueues), kQueues);
}

}  // namespace
}  // namespace pintle::broker
