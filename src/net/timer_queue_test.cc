#include "net/timer_queue.h"

#include <gtest/gtest.h>

#include <map>
#include <utility>
#include <vector>

#include "base/random.h"

namespace pintle::net {
namespace {

TEST(TimerQueueTest, RunsInOrderOfTimeThenOfAdding) {
  TimerQueue queue;
  std::vector<int> ran;
  queue.Add(20, [&] { ran.push_back(3); });
  queue.Add(10, [&] { ran.push_back(1); });
  queue.Add(10, [&] { ran.push_back(2); });
  EXPECT_EQ(queue.NextDue(), 10);
  while (queue.size() > 0) queue.Pop()();
  EXPECT_EQ(ran, (std::vector{1, 2, 3}));
  EXPECT_EQ(queue.NextDue(), TimerQueue::kNever);
}

TEST(TimerQueueTest, AnOldIdCancelsNothing) {
  TimerQueue queue;
  const TimerId first = queue.Add(1, [] {});
  queue.Pop();
  const TimerId second = queue.Add(2, [] {});  // in the slot of the first
  queue.Cancel(first);
  queue.Cancel(TimerId::kNone);
  EXPECT_EQ(queue.size(), 1u);
  queue.Cancel(second);
  queue.Cancel(second);
  EXPECT_EQ(queue.size(), 0u);
}

TEST(TimerQueueTest, BehavesAsASortedMap) {
  Random random(11);
  TimerQueue queue;
  std::map<std::pair<int64_t, int>, TimerId> model;
  int last = -1;
  for (int step = 0; step < 50'000; ++step) {
    const uint64_t what = random.Below(10);
    if (what < 5) {
      const auto due = static_cast<int64_t>(random.Below(1'000));
      model[{due, step}] = queue.Add(due, [&last, step] { last = step; });
    } else if (what < 7 && !model.empty()) {
      const auto victim =
          std::next(model.begin(), static_cast<ptrdiff_t>(random.Below(model.size())));
      queue.Cancel(victim->second);
      model.erase(victim);
    } else if (!model.empty()) {
      const auto first = model.begin();
      ASSERT_EQ(queue.NextDue(), first->first.first);
      queue.Pop()();
      ASSERT_EQ(last, first->first.second);
      model.erase(first);
    }
    ASSERT_EQ(queue.size(), model.size());
    if (model.size() > 200) {
      for (const auto& [key, id] : model) queue.Cancel(id);
      model.clear();
    }
  }
}

}  // namespace
}  // namespace pintle::net
