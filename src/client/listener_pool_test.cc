#include "client/listener_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <memory>
#include <utility>
#include <vector>

namespace pintle::client {
namespace {

// Each of them waits for the others, so that they end only if all run at once.
TEST(ListenerPoolTest, RunsAsManyAtOnceAsItHasThreads) {
  ListenerPool pool(4);
  for (int round = 0; round < 50; ++round) {
    const auto together = std::make_shared<std::latch>(5);
    std::vector<ListenerPool::Work> works;
    for (int i = 0; i < 3; ++i) works.emplace_back([together] { together->arrive_and_wait(); });
    pool.SubmitAll(std::move(works));
    pool.Submit([together] { together->arrive_and_wait(); });
    together->arrive_and_wait();
  }
}

TEST(ListenerPoolTest, RunsEverythingThatWaits) {
  constexpr int kWorks = 1'000;
  std::latch all(kWorks);
  ListenerPool pool(3);
  for (int begun = 0; begun < kWorks;) {
    std::vector<ListenerPool::Work> works;
    for (int i = 0; i < 1 + begun % 7 && begun < kWorks; ++i, ++begun)
      works.emplace_back([&all] { all.count_down(); });
    pool.SubmitAll(std::move(works));
  }
  all.wait();
}

TEST(ListenerPoolTest, DropsWhatComesAfterTheStop) {
  ListenerPool pool(2);
  pool.Stop();
  std::atomic<bool> ran{false};
  pool.Submit([&ran] { ran = true; });
  pool.Stop();
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace pintle::client
