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

std::vector<PulledRecord> Records(int64_t begin, int64_t end) {
  std::vector<PulledRecord> records;
  for (int64_t offset = begin; offset < end; ++offset) {
    PulledRecord& record = records.emplace_back();
    record.queue_offset = offset;
    record.body_bytes = 5;
  }
  return records;
}

std::vector<int64_t> Offsets(const std::vector<PulledRecord>& records) {
  std::vector<int64_t> offsets;
  for (const PulledRecord& record : records) offsets.push_back(record.queue_offset);
  return offsets;
}

TEST(ProcessQueueTest, IsClaimedByOneWhileMessagesWait) {
  ProcessQueue queue(AnyQueue(), 0);
  EXPECT_FALSE(queue.Claim()) << "nothing waits";
  queue.Wait(Records(0, 2));
  EXPECT_TRUE(queue.Claim());
  EXPECT_FALSE(queue.Claim());
  EXPECT_TRUE(queue.claimed());
  queue.Release();
  EXPECT_TRUE(queue.Claim()) << "they wait still";
}

TEST(ProcessQueueTest, GivesWhatWaitsInOrderAndTakesItBack) {
  ProcessQueue queue(AnyQueue(), 0);
  queue.Wait(Records(0, 3));
  queue.Wait(Records(3, 5));
  queue.AdvanceTo(5);
  auto taken = queue.Take(1);
  EXPECT_EQ(Offsets(taken), (std::vector<int64_t>{0, 1, 2})) << "what was pulled together";
  queue.Done(std::span(taken).first(2));
  EXPECT_EQ(queue.commit_offset(), 2);
  EXPECT_EQ(queue.messages(), 3u);
  EXPECT_EQ(queue.bytes(), 15u);
  queue.PutBack(std::move(taken), 2);
  taken = queue.Take(2);
  EXPECT_EQ(Offsets(taken), (std::vector<int64_t>{2, 3, 4}));
  EXPECT_EQ(queue.messages(), 3u) << "what was taken is not done with";
  queue.Done(taken);
  EXPECT_EQ(queue.commit_offset(), 5);
  EXPECT_EQ(queue.bytes(), 0u);
  EXPECT_TRUE(queue.Take(10).empty());
}

TEST(ProcessQueueTest, FinishesManyInOrderWhileOthersCome) {
  ProcessQueue queue(AnyQueue(), 0);
  queue.Wait(Records(0, 10));
  for (int64_t next = 10; next < 500; ++next) {
    queue.Wait(Records(next, next + 1));
    queue.AdvanceTo(next + 1);
    EXPECT_TRUE(queue.Done(next - 10));
    EXPECT_FALSE(queue.Done(next - 10));
    ASSERT_EQ(queue.commit_offset(), next - 9);
    ASSERT_EQ(queue.messages(), 10u);
  }
}

}  // namespace
}  // namespace pintle::client
