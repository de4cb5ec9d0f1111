#include "client/process_queue.h"

#include <gtest/gtest.h>

namespace pintle::client {
namespace {

MessageQueue AnyQueue() { return {.topic = "orders", .broker_name = "a", .queue_id = 0}; }

TEST(ProcessQueueTest, CommitsOnlyUpToTheFirstUnfinishedMessage) {
  ProcessQueue queue(AnyQueue(), 10);
  for (int64_t offset = 10; offset < 13; ++offset) queue.Add(offset, 5);
  queue.AdvanceTo(13);
  EXPECT_TRUE(queue.Done(11));
  EXPECT_TRUE(queue.Done(12));
  EXPECT_EQ(queue.commit_offset(), 10);
  EXPECT_EQ(queue.messages(), 1u);
  EXPECT_TRUE(queue.Done(10));
  EXPECT_EQ(queue.commit_offset(), 13);
  EXPECT_EQ(queue.bytes(), 0u);
}

TEST(ProcessQueueTest, CommitsItsStartWhileNothingWasFetched) {
  EXPECT_EQ(ProcessQueue(AnyQueue(), 7).commit_offset(), 7);
}

TEST(ProcessQueueTest, CountsAMessageThatArrivesTwiceOnce) {
  ProcessQueue queue(AnyQueue(), 0);
  queue.Add(0, 5);
  queue.Add(0, 5);
  EXPECT_EQ(queue.messages(), 1u);
  EXPECT_EQ(queue.bytes(), 5u);
  EXPECT_TRUE(queue.Done(0));
  EXPECT_FALSE(queue.Done(0));
  EXPECT_EQ(queue.bytes(), 0u);
}

TEST(ProcessQueueTest, TakesAgainWhatWasDoneAndCameAgain) {
  ProcessQueue queue(AnyQueue(), 0);
  queue.Add(0, 5);
  queue.Add(1, 5);
  EXPECT_TRUE(queue.Done(1));
  queue.Add(1, 7);
  EXPECT_EQ(queue.messages(), 2u);
  EXPECT_EQ(queue.bytes(), 12u);
  EXPECT_TRUE(queue.Done(0));
  EXPECT_EQ(queue.commit_offset(), 1);
  EXPECT_TRUE(queue.Done(1));
}

TEST(ProcessQueueTest, TakesMessagesBeforeThoseThatItHas) {
  ProcessQueue queue(AnyQueue(), 10);
  queue.Add(10, 5);
  queue.MoveTo(4);
  queue.Add(4, 5);
  queue.Add(6, 5);
  EXPECT_EQ(queue.commit_offset(), 4);
  EXPECT_TRUE(queue.Done(4));
  EXPECT_EQ(queue.commit_offset(), 6);
  EXPECT_FALSE(queue.Done(5)) << "never held";
}

TEST(ProcessQueueTest, GoesOverWhatTheFilterLeftOut) {
  ProcessQueue queue(AnyQueue(), 0);
  queue.Add(3, 5);
  queue.AdvanceTo(32);
  EXPECT_EQ(queue.commit_offset(), 3);
  EXPECT_TRUE(queue.Done(3));
  EXPECT_EQ(queue.commit_offset(), 32);
}

}  // namespace
}  // namespace pintle::client
