#include "net/loop.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "net/allocation_count_testing.h"
#include "net/loop_group.h"

namespace pintle::net {
namespace {

class LoopTest : public testing::Test {
 protected:
  Loop& loop(size_t i = 0) { return *group_->loops()[i]; }
  // Runs it on a loop and waits for it.
  void Run(Work work, size_t i = 0) {
    std::promise<void> done;
    loop(i).Post([&] {
      work();
      done.set_value();
    });
    done.get_future().get();
  }

  SystemClock clock_;
  std::unique_ptr<LoopGroup> group_ = LoopGroup::Create(2, clock_);
};

TEST_F(LoopTest, RunsPostsInOrderOnItsThread) {
  std::vector<int> order;
  EXPECT_FALSE(loop().InLoop());
  for (int i = 0; i < 1'000; ++i) {
    loop().Post([&, i] {
      EXPECT_TRUE(loop().InLoop());
      EXPECT_FALSE(loop(1).InLoop());
      order.push_back(i);
    });
  }
  Run([] {});
  ASSERT_EQ(order.size(), 1'000u);
  EXPECT_TRUE(std::ranges::is_sorted(order));
}

TEST_F(LoopTest, TakesStormsOfPostsFromEveryThread) {
  constexpr int kThreads = 4;
  constexpr int kEach = 20'000;
  std::vector<int64_t> sums(2, 0);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) {
        const size_t target = static_cast<size_t>(i) % 2;
        loop(target).Post([&, target, i] {
          ++sums[target];
          if (i % 10 == 0) loop(1 - target).Post([&, target] { ++sums[1 - target]; });
        });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int i = 0; i < 2; ++i) {
    Run([] {}, 0);
    Run([] {}, 1);
  }
  EXPECT_EQ(sums[0] + sums[1], kThreads * kEach * 11 / 10);
}

TEST_F(LoopTest, DeferredWorkRunsOnceTheTurnsWorkIsDone) {
  std::string order;
  std::promise<void> done;
  loop().Post([&] {
    loop().Defer([&] {
      order += "d";
      // Still of this turn, before what is posted now.
      loop().Post([&] {
        order += "p";
        done.set_value();
      });
      loop().Defer([&] { order += "e"; });
    });
    order += "w";
  });
  done.get_future().get();
  EXPECT_EQ(order, "wdep");
}

// One post's work is handled before deferred work, also when it came as several posts at once.
TEST_F(LoopTest, DeferredWorkGathersOverAllPostsOfATurn) {
  std::string order;
  std::promise<void> blocked;
  std::promise<void> done;
  loop().Post([&] { blocked.get_future().get(); });
  for (int i = 0; i < 3; ++i) {
    loop().Post([&] {
      order += "p";
      if (order != "p") return;
      loop().Defer([&] {
        order += "d";
        done.set_value();
      });
    });
  }
  blocked.set_value();
  done.get_future().get();
  EXPECT_EQ(order, "pppd");
}

TEST_F(LoopTest, TimersRunInOrderAndNotEarly) {
  std::vector<int> ran;
  std::promise<void> done;
  Run([&] {
    const int64_t start = clock_.MonotonicNs();
    loop().After(30, [&, start] {
      EXPECT_GE(clock_.MonotonicNs() - start, 30'000'000);
      ran.push_back(3);
      done.set_value();
    });
    loop().After(10, [&] { ran.push_back(1); });
    const TimerId cancelled = loop().After(15, [&] { ran.push_back(99); });
    loop().After(20, [&] { ran.push_back(2); });
    loop().At(start + 5'500'000, [&, start] {
      EXPECT_GE(clock_.MonotonicNs() - start, 5'500'000);
      ran.push_back(4);
    });
    loop().After(0, [&] { ran.push_back(0); });
    loop().After(-5, [&] { ran.push_back(0); });
    loop().Cancel(cancelled);
    loop().Cancel(TimerId::kNone);
  });
  done.get_future().get();
  EXPECT_EQ(ran, (std::vector{0, 0, 4, 1, 2, 3}));
}

Task<void> Travel(Loop* from, Loop* to, std::promise<std::string>* done) {
  std::string trace;
  trace += from->InLoop() ? "a" : "-";
  co_await SwitchTo(*to);
  trace += to->InLoop() && !from->InLoop() ? "b" : "-";
  co_await Sleep(*to, 1);
  trace += to->InLoop() ? "c" : "-";
  co_await SwitchTo(*to);
  co_await SwitchTo(*from);
  trace += from->InLoop() ? "d" : "-";
  done->set_value(trace);
}

TEST_F(LoopTest, TasksSleepAndTravel) {
  std::promise<std::string> done;
  Run([&] { loop().Spawn(Travel(&loop(0), &loop(1), &done)); });
  EXPECT_EQ(done.get_future().get(), "abcd");
}

Task<void> PingPong(Loop* a, Loop* b, int rounds, std::atomic<int>* left) {
  for (int i = 0; i < rounds; ++i) {
    co_await SwitchTo(*b);
    co_await SwitchTo(*a);
  }
  left->fetch_sub(1);
}

TEST_F(LoopTest, ManyTasksTravelAtOnce) {
  std::atomic<int> left{200};
  Run([&] {
    for (int i = 0; i < 200; ++i) loop().Spawn(PingPong(&loop(0), &loop(1), 50, &left));
  });
  while (left.load() > 0) std::this_thread::yield();
}

struct Ticks {
  int left = 0;
  int64_t allocations = 0;
  std::promise<int64_t> done;
};

// Timers, posts and deferred work, each setting the next.
void Tick(Loop& loop, Ticks& ticks) {
  if (ticks.left == 1'000) ticks.allocations = AllocationsOfThisThread();
  if (--ticks.left == 0) {
    ticks.done.set_value(AllocationsOfThisThread() - ticks.allocations);
    return;
  }
  switch (ticks.left % 3) {
    case 0:
      loop.After(0, [&] { Tick(loop, ticks); });
      return;
    case 1:
      loop.Defer([&] { Tick(loop, ticks); });
      return;
    default:
      loop.Post([&] { Tick(loop, ticks); });
      return;
  }
}

TEST_F(LoopTest, AllocatesNothingInTheSteadyState) {
  if (AllocationsOfThisThread() < 0) GTEST_SKIP() << "a sanitizer owns operator new";
  Ticks ticks;
  ticks.left = 2'000;
  Run([&] { Tick(loop(), ticks); });
  EXPECT_EQ(ticks.done.get_future().get(), 0);
}

TEST_F(LoopTest, TellsHowLateItRanThings) {
  std::promise<int64_t> worst;
  loop().Post([&] {
    loop().Post([&] { worst.set_value(loop().lag().max()); });
    const int64_t until = clock_.MonotonicNs() + 5'000'000;
    while (clock_.MonotonicNs() < until) {
    }
  });
  EXPECT_GE(worst.get_future().get(), 4'900'000);
}

TEST_F(LoopTest, StopFinishesWhatWasPosted) {
  int ran = 0;
  for (int i = 0; i < 100; ++i) loop().Post([&] { ++ran; });
  loop().Post([&] { loop().Defer([&] { ++ran; }); });
  group_->Stop();
  EXPECT_EQ(ran, 101);
}

}  // namespace
}  // namespace pintle::net
