#include "broker/queue_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pintle::broker {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kQuietMs = 1'000;

// A topic and its queues as numbers; time passes by Look().
class QueuePolicyTest : public ::testing::Test {
 protected:
  QueuePolicyTest() {
    topic_.name = "orders";
    topic_.read_queues = topic_.write_queues = 2;
  }

  // One look `after_ms` later; what changes is applied.
  std::optional<QueueChange> Look(int64_t after_ms = 100) {
    now_ms_ += after_ms;
    queues_.resize(64, {.end = 0, .unread = 0, .consumed = true, .held_up_by = {}});
    std::vector<QueueSight> seen(queues_.begin(), queues_.begin() + watch_.Watched(topic_));
    auto change = watch_.Look(policy_, topic_, seen, now_ms_, kQuietMs);
    if (change) {
      EXPECT_NE(change->why, "");
      topic_.read_queues = change->read_queues;
      topic_.write_queues = change->write_queues;
    }
    return change;
  }
  // So many looks in a row without a change.
  void LookCalmly(int times) {
    for (int i = 0; i < times; ++i) {
      const auto change = Look();
      ASSERT_FALSE(change) << i << ": " << change->why;
    }
  }
  void Unread(size_t queue, int64_t messages) {
    queues_.resize(64, {.end = 0, .unread = 0, .consumed = true, .held_up_by = {}});
    queues_[queue].unread = messages;
    queues_[queue].end = std::max(queues_[queue].end, messages);
    queues_[queue].consumed = messages == 0;
    queues_[queue].held_up_by = messages == 0 ? "" : "group readers";
  }
  std::pair<int32_t, int32_t> Queues() const { return {topic_.read_queues, topic_.write_queues}; }
  using Pair = std::pair<int32_t, int32_t>;

  QueuePolicy policy_{.least = 2, .most = 16, .backlog = 100};
  model::TopicConfig topic_;
  std::vector<QueueSight> queues_;
  QueueWatch watch_;
  int64_t now_ms_ = 50'000;
};

TEST_F(QueuePolicyTest, NothingHappensWhileAllIsWell) {
  Unread(0, 150);
  Unread(1, 50);
  LookCalmly(30);
}

TEST_F(QueuePolicyTest, QueuesAreAddedUntilTheBacklogOfEachIsBelowTheBound) {
  Unread(0, 500);
  const auto change = Look();
  ASSERT_TRUE(change);
  EXPECT_EQ(Queues(), Pair(4, 4)) << "twice as many at once at most";
  EXPECT_THAT(change->why, HasSubstr("500 messages are not consumed, more than 100 for each of 2"));
  Look();
  EXPECT_EQ(Queues(), Pair(5, 5)) << "as many as are enough";
  LookCalmly(3);
  Unread(0, 1'000'000'000);
  for (int i = 0; i < 5; ++i) Look();
  EXPECT_EQ(Queues(), Pair(16, 16));
  LookCalmly(3);
}

TEST_F(QueuePolicyTest, QueuesAreDrainedWhenItHasBeenCalmAndClosedWhenConsumed) {
  topic_.read_queues = topic_.write_queues = 8;
  Unread(7, 3);
  LookCalmly(10);
  const auto change = Look();
  ASSERT_TRUE(change);
  EXPECT_EQ(Queues(), Pair(8, 4)) << "drained: not written, but read";
  EXPECT_THAT(change->why, HasSubstr("only 3 messages"));
  LookCalmly(9);
  Look();
  EXPECT_EQ(Queues(), Pair(8, 2));
  // Queue 7 holds up those below it: they are closed from the top.
  LookCalmly(20);
  EXPECT_THAT(watch_.TakeHoldUp(), HasSubstr("queue 7 stays open for reading: group readers"));
  EXPECT_EQ(watch_.TakeHoldUp(), "") << "told once";
  Unread(7, 0);
  Look();
  EXPECT_EQ(Queues(), Pair(2, 2)) << "all are untouched for long enough by now";
  LookCalmly(30);
}

TEST_F(QueuePolicyTest, AMessageFromAnOldRouteKeepsADrainedQueueOpen) {
  topic_.read_queues = 3;
  LookCalmly(9);
  queues_[2].end = 10;
  LookCalmly(10);
  Look();
  EXPECT_EQ(Queues(), Pair(2, 2));
}

TEST_F(QueuePolicyTest, AQueueThatWasReachedAsItWasClosedIsOpenedAgain) {
  topic_.read_queues = 4;
  LookCalmly(10);
  Look();
  ASSERT_EQ(Queues(), Pair(2, 2));
  Unread(2, 1);
  const auto change = Look();
  ASSERT_TRUE(change);
  EXPECT_EQ(Queues(), Pair(3, 2));
  EXPECT_THAT(change->why, HasSubstr("queue 2"));
}

TEST_F(QueuePolicyTest, ABacklogTurnsDrainingQueuesBackIntoWrittenOnes) {
  topic_.read_queues = 8;
  Unread(5, 350);
  Look();
  EXPECT_EQ(Queues(), Pair(8, 4));
}

TEST_F(QueuePolicyTest, ATopicOutsideOfItsBoundsIsBroughtInside) {
  topic_.read_queues = topic_.write_queues = 1;
  Look();
  EXPECT_EQ(Queues(), Pair(2, 2));
  topic_.read_queues = topic_.write_queues = 40;
  Look();
  EXPECT_EQ(Queues(), Pair(40, 16));
}

TEST_F(QueuePolicyTest, APulseOfMessagesDrainsNothing) {
  topic_.read_queues = topic_.write_queues = 4;
  for (int i = 0; i < 5; ++i) {
    LookCalmly(9);
    Unread(0, 200);
    LookCalmly(1);
    Unread(0, 0);
  }
  EXPECT_EQ(Queues(), Pair(4, 4));
}

TEST(QueuePolicyAttributesTest, AreAllOrNone) {
  model::TopicConfig topic;
  topic.name = "orders";
  EXPECT_EQ(QueuePolicyOf(topic)->has_value(), false);
  topic.attributes = {{"pintle.queues.least", "2"}, {"pintle.queues.most", "8"}};
  EXPECT_THAT(QueuePolicyOf(topic).error().message, HasSubstr("pintle.queues.backlog"));
  topic.attributes["pintle.queues.backlog"] = "1000";
  const auto policy = QueuePolicyOf(topic);
  ASSERT_TRUE(policy);
  ASSERT_TRUE(*policy);
  EXPECT_EQ((*policy)->least, 2);
  EXPECT_EQ((*policy)->most, 8);
  EXPECT_EQ((*policy)->backlog, 1'000);
  topic.order = true;
  EXPECT_THAT(QueuePolicyOf(topic).error().message, HasSubstr("ordered"));
  topic.order = false;
  topic.attributes["pintle.queues.least"] = "9";
  EXPECT_FALSE(QueuePolicyOf(topic));
}

}  // namespace
}  // namespace pintle::broker
