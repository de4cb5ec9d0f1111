#include "base/bounded_executor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <memory>

namespace pintle {
namespace {

TEST(BoundedExecutorTest, RunsTasksInOrderOnOneThread) {
  std::vector<int> order;
  {
    BoundedExecutor pool({.name = "test", .threads = 1});
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(pool.Submit([&order, i] { order.push_back(i); }));
  }
  ASSERT_EQ(order.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(order[i], i);
}

TEST(BoundedExecutorTest, RefusesWhenTheQueueIsFullAndRunsWhatItAccepted) {
  std::latch started(1);
  std::latch release(1);
  std::atomic<int> ran = 0;
  {
    BoundedExecutor pool({.name = "test", .threads = 1, .queue_limit = 2});
    ASSERT_TRUE(pool.Submit([&] {
      started.count_down();
      release.wait();
      ++ran;
    }));
    started.wait();
    ASSERT_TRUE(pool.Submit([&] { ++ran; }));
    ASSERT_TRUE(pool.Submit([&] { ++ran; }));
    EXPECT_EQ(pool.queued(), 2u);
    const Status refused = pool.Submit([&] { ++ran; });
    EXPECT_EQ(refused.error().code, ErrorCode::kOverloaded);
    release.count_down();
  }
  EXPECT_EQ(ran, 3);
}

TEST(BoundedExecutorTest, ThreadsWorkAtTheSameTime) {
  std::latch met(3);
  BoundedExecutor pool({.name = "test", .threads = 3});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(pool.Submit([&met] { met.arrive_and_wait(); }));
  met.wait();
}

TEST(BoundedExecutorTest, TaskSubmittedByATaskDuringShutdownIsRefused) {
  std::latch closing(1);
  ErrorCode code = ErrorCode::kInternal;
  auto pool = std::make_unique<BoundedExecutor>(BoundedExecutorOptions{.name = "test"});
  BoundedExecutor* raw = pool.get();
  ASSERT_TRUE(pool->Submit([&, raw] {
    closing.wait();
    // The destructor sets its mark before it waits for this task, but perhaps after this line.
    for (;;) {
      const Status status = raw->Submit([] {});
      if (status || status.error().code == ErrorCode::kOverloaded) continue;
      code = status.error().code;
      return;
    }
  }));
  closing.count_down();
  pool.reset();
  EXPECT_EQ(code, ErrorCode::kClosed);
}

TEST(BoundedExecutorTest, WithoutThreadsRunsInTheCaller) {
  BoundedExecutor pool({.name = "test", .threads = 0});
  std::thread::id where;
  ASSERT_TRUE(pool.Submit([&where] { where = std::this_thread::get_id(); }));
  EXPECT_EQ(where, std::this_thread::get_id());
}

TEST(BoundedExecutorTest, TakesTasksThatOnlyMove) {
  int seen = 0;
  {
    BoundedExecutor pool({.name = "test"});
    ASSERT_TRUE(pool.Submit([&seen, owned = std::make_unique<int>(7)] { seen = *owned; }));
  }
  EXPECT_EQ(seen, 7);
}

}  // namespace
}  // namespace pintle
