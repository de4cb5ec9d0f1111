// The SDK's consumers against the binary.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <stdexcept>

#include "tests/system/sdk_server.h"

namespace pintle::client {
namespace {

using ::testing::HasSubstr;

TEST_F(SdkTest, OrderHoldsThroughSuspensionAndAnotherMember) {
  Send(0, 100);
  Seen seen;
  std::atomic<int> suspended{0};
  const OrderedListener listener = [&](std::span<const MessageView> messages) {
    // Now and then a message is not done with at first.
    if (messages.front().reconsume_times == 0 && messages.front().queue_offset % 10 == 3) {
      ++suspended;
      return OrderVerdict::kSuspend;
    }
    for (const MessageView& message : messages) seen.Add(message);
    return OrderVerdict::kSuccess;
  };
  PushConsumerOptions options = Options();
  options.suspend_ms = 10;
  const auto first = Make(options);
  first->SetOrderedListener(listener);
  ASSERT_TRUE(first->Start());
  ASSERT_TRUE(seen.AwaitDistinct(50));
  // Some queues move to the second member, which waits for their locks.
  const auto second = Make(options);
  second->SetOrderedListener(listener);
  ASSERT_TRUE(second->Start());
  Send(100, 200);
  ASSERT_TRUE(seen.AwaitDistinct(200));
  second->Shutdown();
  Send(200, 240);
  ASSERT_TRUE(seen.AwaitDistinct(240));
  first->Shutdown();
  EXPECT_GT(suspended, 0);
  EXPECT_EQ(seen.bodies().size(), 240u) << "nothing twice: members leave in order";
  for (const auto& [queue, offsets] : seen.by_queue())
    EXPECT_TRUE(std::ranges::is_sorted(offsets)) << "queue " << queue.queue_id;
}

// A thread is given many messages of a queue at once. What it has not come to when the consumer ends
// belongs to the next one, and nothing before that comes again.
TEST_F(SdkTest, AConsumerThatEndsLeavesTheRestInOrder) {
  Send(0, 400);
  Seen seen;
  for (int member = 0; member < 2; ++member) {
    std::atomic<int> listened{0};
    const auto consumer = Make(Options());
    consumer->SetOrderedListener([&](std::span<const MessageView> messages) {
      for (const MessageView& message : messages) seen.Add(message);
      ++listened;
      listened.notify_all();
      return OrderVerdict::kSuccess;
    });
    ASSERT_TRUE(consumer->Start());
    if (member == 0) {
      listened.wait(0);
    } else {
      ASSERT_TRUE(seen.AwaitDistinct(400));
    }
    consumer->Shutdown();
  }
  EXPECT_EQ(seen.bodies().size(), 400u);
  for (const auto& [queue, offsets] : seen.by_queue())
    EXPECT_TRUE(std::ranges::is_sorted(offsets)) << "queue " << queue.queue_id;
}

TEST_F(SdkTest, EveryMemberOfABroadcastingGroupSeesEverythingOnce) {
  Send(0, 40);
  PushConsumerOptions options = Options();
  options.model = MessageModel::kBroadcasting;
  options.offsets = OffsetStorage::kFile;
  Seen seen[2];
  for (int round = 0; round < 2; ++round) {
    std::unique_ptr<PushConsumer> members[2];
    for (int i = 0; i < 2; ++i) {
      options.offset_file = folder_.path() + "/offsets-" + std::to_string(i);
      members[i] = Make(options);
      members[i]->SetListener([&mine = seen[i]](std::span<const MessageView> messages) {
        for (const MessageView& message : messages) mine.Add(message);
        return ConsumeVerdict::kSuccess;
      });
      ASSERT_TRUE(members[i]->Start());
    }
    if (round == 1) Send(40, 80);
    for (Seen& mine : seen) ASSERT_TRUE(mine.AwaitDistinct(round == 0 ? 40 : 80));
    for (const auto& member : members) member->Shutdown();
  }
  for (Seen& mine : seen) EXPECT_EQ(mine.bodies().size(), 80u) << "offsets were kept in the file";
}

TEST_F(SdkTest, WhatIsNotAcknowledgedComesAgain) {
  Send(0, 20);
  PushConsumerOptions options = Options();
  options.ack = AckMode::kManual;
  options.ack_timeout_ms = 500;
  Seen seen;
  std::mutex mutex;
  std::vector<MessageView> last;
  const auto consumer = Make(options);
  consumer->SetListener([&](std::span<const MessageView> messages) {
    const std::lock_guard lock(mutex);
    for (const MessageView& message : messages) {
      // Every second one only when it comes again; and out of order.
      if (message.reconsume_times > 0 || message.queue_offset % 2 == 1) last.push_back(message);
      seen.Add(message);
    }
    return ConsumeVerdict::kSuccess;
  });
  ASSERT_TRUE(consumer->Start());
  ASSERT_TRUE(seen.AwaitDistinct(20));
  ASSERT_TRUE(seen.Await([](const auto& bodies) { return bodies.size() >= 30; }));
  std::vector<MessageView> acks;
  {
    const std::lock_guard lock(mutex);
    acks = last;
  }
  std::set<std::string> acknowledged;
  for (const MessageView& message : acks) {
    if (!acknowledged.insert(message.body).second) continue;
    const Status done = consumer->Ack(message);
    EXPECT_TRUE(done) << done.error().message;
    const Status again = consumer->Ack(message);
    ASSERT_FALSE(again);
    EXPECT_THAT(again.error().message, HasSubstr("acknowledged before"));
  }
  consumer->Shutdown();
  // Only what was not acknowledged is left for the next member, or what stands behind it.
  Seen later;
  options.ack = AckMode::kVerdict;
  const auto next = Make(options);
  next->SetListener([&](std::span<const MessageView> messages) {
    for (const MessageView& message : messages) later.Add(message);
    return ConsumeVerdict::kSuccess;
  });
  ASSERT_TRUE(next->Start());
  std::set<std::string> all = acknowledged;
  ASSERT_TRUE(later.Await([&](const auto& bodies) {
    all.insert(bodies.begin(), bodies.end());
    return all.size() == 20;
  }));
  next->Shutdown();
}

TEST_F(SdkTest, AutomaticAcknowledgementAsksNobody) {
  Send(0, 10);
  PushConsumerOptions options = Options();
  options.ack = AckMode::kAuto;
  Seen seen;
  const auto listener = [&seen](std::span<const MessageView> messages) -> ConsumeVerdict {
    for (const MessageView& message : messages) seen.Add(message);
    throw std::runtime_error("the listener's own trouble");
  };
  const auto first = Make(options);
  first->SetListener(listener);
  ASSERT_TRUE(first->Start());
  ASSERT_TRUE(seen.AwaitDistinct(10));
  first->Shutdown();
  Send(10, 12);
  const auto second = Make(options);
  second->SetListener(listener);
  ASSERT_TRUE(second->Start());
  ASSERT_TRUE(seen.AwaitDistinct(12));
  second->Shutdown();
  EXPECT_EQ(seen.bodies().size(), 12u);
}

TEST_F(SdkTest, OptionsThatContradictEachOtherAreRefused) {
  PushConsumerOptions options = Options();
  options.model = MessageModel::kBroadcasting;
  auto refused = PushConsumer::Create(options);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("set offsets to kFile"));
  options = Options();
  options.offsets = OffsetStorage::kFile;
  refused = PushConsumer::Create(options);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("offset_file"));
  options.offset_file = folder_.path() + "/not-offsets";
  std::ofstream(options.offset_file) << "orders broker-a 0 12\nsomething else\n";
  refused = PushConsumer::Create(options);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("line 2"));
}

}  // namespace
}  // namespace pintle::client
