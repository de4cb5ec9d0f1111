#include "client/process_queue.h"

#include <gtest/gtest.h>

namespace pintle::client {
namespace {

MessageView At(int64_t offset) {
  MessageView message;
  message.queue_offset = offset;
  message.body = "12345";
  return message;
}

TEST(ProcessQueueTest, CommitsOnlyUpToTheFirstUnfinishedMessage) {
  ProcessQueue queue(10);
  for (int64_t offset = 10; offset < 13; ++offset) queue.Add(At(offset));
  queue.AdvanceTo(13);
  queue.Done(11);
  queue.Done(12);
  EXPECT_EQ(queue.commit_offset(), 10);
  queue.Done(10);
  EXPECT_EQ(queue.commit_offset(), 13);
  EXPECT_EQ(queue.bytes(), 0u);
}

TEST(ProcessQueueTest, CommitsItsStartWhileNothingWasFetched) {
  EXPECT_EQ(ProcessQueue(7).commit_offset(), 7);
}

TEST(ProcessQueueTest, CountsAMessageThatArrivesTwiceOnce) {
  ProcessQueue queue(0);
  queue.Add(At(0));
  queue.Add(At(0));
  EXPECT_EQ(queue.messages(), 1u);
  EXPECT_EQ(queue.bytes(), 5u);
  queue.Done(0);
  queue.Done(0);
  EXPECT_EQ(queue.bytes(), 0u);
}

TEST(ProcessQueueTest, GoesOverWhatTheFilterLeftOut) {
  ProcessQueue queue(0);
  queue.Add(At(3));
  queue.AdvanceTo(32);
  EXPECT_EQ(queue.commit_offset(), 3);
  queue.Done(3);
  EXPECT_EQ(queue.commit_offset(), 32);
}

}  // namespace
}  // namespace pintle::client
