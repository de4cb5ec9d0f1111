#include "broker/arrivals.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <thread>

#include "broker/manual_loop_testing.h"

namespace pintle::broker {
namespace {

class OnlyCode final : public store::MessageFilter {
 public:
  explicit OnlyCode(int64_t code) : code_(code) {}
  bool MatchesTagsCode(int64_t tags_code) const override { return tags_code == code_; }
  bool MatchesRecord(ByteView) const override { return true; }

 private:
  int64_t code_;
};

class ArrivalsTest : public ::testing::Test {
 protected:
  ~ArrivalsTest() override {
    for (net::Loop* loop : loops_) arrivals_.Close(*loop);
    RunAll();
  }

  // Queues are only ever compared: any address does.
  store::ConsumeQueue& Queue(int n) { return *reinterpret_cast<store::ConsumeQueue*>(&places_[n]); }

  // How a wait ended, once it has.
  using Ending = std::shared_ptr<std::optional<Woken>>;

  static net::Task<void> Await(Arrivals& arrivals, net::Loop& loop, Arrivals::Interest interest,
                               Ending ending) {
    *ending = co_await arrivals.Wait(loop, interest);
  }
  Ending Wait(ManualLoop& loop, Arrivals::Interest interest) {
    auto ending = std::make_shared<std::optional<Woken>>();
    loop.Start(Await(arrivals_, loop, interest, ending));
    return ending;
  }
  void Append(int n, int64_t tags_code = 0) {
    const QueueOffset offset(places_[n]++);
    arrivals_.OnReadable(Queue(n), offset, tags_code);
  }
  void RunAll() {
    first_.Run();
    second_.Run();
  }

  ManualClock clock_;
  ManualLoop first_{clock_};
  ManualLoop second_{clock_};
  std::array<net::Loop*, 2> loops_{&first_, &second_};
  std::array<std::atomic<int64_t>, 8> places_{};  // the queues' ends
  Arrivals arrivals_{loops_,
                     [](store::ConsumeQueue& queue) {
                       return QueueOffset(reinterpret_cast<std::atomic<int64_t>*>(&queue)->load());
                     },
                     100};
};

TEST_F(ArrivalsTest, AMessageWakesThoseOfItsQueueAlone) {
  const auto same = Wait(first_, {&Queue(0), QueueOffset(0), nullptr, 1'000, 1});
  const auto other = Wait(second_, {&Queue(1), QueueOffset(0), nullptr, 1'000, 2});
  Append(0);
  RunAll();
  EXPECT_EQ(*same, Woken::kArrived);
  EXPECT_FALSE(*other);
  EXPECT_EQ(arrivals_.held(), 1u);
}

TEST_F(ArrivalsTest, WhatWasAppendedBeforeTheWaitIsNotMissed) {
  Append(0);
  const auto woken = Wait(first_, {&Queue(0), QueueOffset(0), nullptr, 1'000, 1});
  EXPECT_EQ(*woken, Woken::kArrived);
}

TEST_F(ArrivalsTest, AMessageBelowTheOffsetWakesNobody) {
  const auto woken = Wait(first_, {&Queue(0), QueueOffset(1), nullptr, 1'000, 1});
  Append(0);
  RunAll();
  EXPECT_FALSE(*woken);
  Append(0);
  RunAll();
  EXPECT_EQ(*woken, Woken::kArrived);
}

TEST_F(ArrivalsTest, TagsThatDoNotPassWakeNobody) {
  const OnlyCode filter(7);
  const auto woken = Wait(first_, {&Queue(0), QueueOffset(0), &filter, 1'000, 1});
  Append(0, 6);
  RunAll();
  EXPECT_FALSE(*woken);
  Append(0, 7);
  RunAll();
  EXPECT_EQ(*woken, Woken::kArrived);
}

TEST_F(ArrivalsTest, AWaitEndsAtItsTimeAndNotBefore) {
  const auto soon = Wait(first_, {&Queue(0), QueueOffset(0), nullptr, 100, 1});
  const auto late = Wait(first_, {&Queue(0), QueueOffset(0), nullptr, 60'000, 1});
  first_.Advance(99);
  EXPECT_FALSE(*soon);
  first_.Advance(41);
  EXPECT_EQ(*soon, Woken::kTimeout);
  first_.Advance(59'800);
  EXPECT_FALSE(*late);
  first_.Advance(200);
  EXPECT_EQ(*late, Woken::kTimeout);
  EXPECT_EQ(arrivals_.held(), 0u);
}

TEST_F(ArrivalsTest, ATimeoutAndAMessageAtOnceWakeOnce) {
  const auto woken = Wait(first_, {&Queue(0), QueueOffset(0), nullptr, 100, 1});
  clock_.Advance(1'000);
  Append(0);  // the loop sees both
  RunAll();
  EXPECT_TRUE(*woken);
  EXPECT_EQ(arrivals_.held(), 0u);
}

TEST_F(ArrivalsTest, AnOwnerThatIsGoneWaitsNoLonger) {
  const auto gone = Wait(first_, {&Queue(0), QueueOffset(0), nullptr, 1'000, 1});
  const auto there = Wait(first_, {&Queue(1), QueueOffset(0), nullptr, 1'000, 2});
  arrivals_.OnOwnerGone(first_, 1);
  RunAll();
  EXPECT_EQ(*gone, Woken::kClosed);
  EXPECT_FALSE(*there);
}

TEST_F(ArrivalsTest, MoreThanTheLimitAreNotHeld) {
  std::array<Ending, 101> endings;
  for (auto& one : endings) one = Wait(first_, {&Queue(0), QueueOffset(0), nullptr, 1'000, 1});
  EXPECT_EQ(*endings.back(), Woken::kFull);
  EXPECT_EQ(arrivals_.held(), 100u);
}

TEST_F(ArrivalsTest, AnIdleLoopHasNoTimer) {
  const auto woken = Wait(first_, {&Queue(0), QueueOffset(0), nullptr, 100, 1});
  EXPECT_EQ(first_.timers(), 1u);
  first_.Advance(1'000);
  EXPECT_EQ(first_.timers(), 0u);
}

TEST_F(ArrivalsTest, OneWakeUpResumesAllOfALoop) {
  std::array<Ending, 50> endings;
  for (auto& one : endings) one = Wait(first_, {&Queue(0), QueueOffset(0), nullptr, 1'000, 1});
  Append(0);
  EXPECT_EQ(first_.Run(), 1);
  for (const auto& one : endings) EXPECT_EQ(*one, Woken::kArrived);
}

// Whatever the order in which a waiter looks and an appender appends, the waiter hears of it.
TEST_F(ArrivalsTest, NoMessageIsMissedBetweenThreads) {
  constexpr int kRounds = 200;
  std::atomic<int64_t>& end = places_[0];
  std::atomic<int> round{0};
  std::thread appender([&] {
    for (int i = 1; i <= kRounds; ++i) {
      while (round.load() < i) std::this_thread::yield();
      const QueueOffset offset(end.fetch_add(1));
      arrivals_.OnReadable(Queue(0), offset, 0);
    }
  });
  for (int i = 1; i <= kRounds; ++i) {
    const QueueOffset from(end.load());
    round.store(i);
    const auto woken = Wait(first_, {&Queue(0), from, nullptr, 1'000'000, 1});
    while (!*woken) first_.Run();
    ASSERT_EQ(*woken, Woken::kArrived);
  }
  appender.join();
}

}  // namespace
}  // namespace pintle::broker
