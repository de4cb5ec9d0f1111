// What the SDK's consumers do with messages that nobody can consume, against the binary.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "pintle/pull_consumer.h"
#include "tests/system/sdk_server.h"

namespace pintle::client {
namespace {

class SdkDeadLettersTest : public SdkTest {
 protected:
  SdkDeadLettersTest() : SdkTest({"messages.delay_levels=1s 1s 1s 1s 1s 1s"}) {}

  // The first dead letter of the group.
  MessageView AwaitDeadLetter() {
    PullConsumerOptions options;
    options.client = client_;
    options.group = "undertakers";
    const auto consumer = PullConsumer::Start(options);
    for (int look = 0; look < 600; ++look) {
      const auto queues = (*consumer)->Queues("%DLQ%readers");
      if (queues && !queues->empty()) {
        const auto batch = (*consumer)->Pull(queues->front(), "*", 0, 32, 0);
        if (batch && !batch->messages.empty()) {
          EXPECT_EQ(batch->messages.size(), 1u);
          return batch->messages.front();
        }
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    ADD_FAILURE() << "no dead letter";
    return {};
  }
  static SendReceipt SendTo(Producer& producer, const std::string& body) {
    const auto sent =
        producer.Send({.topic = "orders",
                       .body = body,
                       .tags = "tag",
                       .keys = {"key"},
                       .properties = {{"a", "b"}}},
                      [](std::span<const MessageQueue>, const Message&) { return 0; });
    EXPECT_TRUE(sent) << sent.error().message;
    return *sent;
  }
  // `origin`: clients name their own id, and a broker its own.
  static void ExpectOriginal(const MessageView& dead, const std::string& id,
                             const std::string& origin) {
    EXPECT_EQ(dead.body, "bad");
    EXPECT_EQ(dead.message_id, id);
    EXPECT_EQ(dead.properties.at("ORIGIN_MESSAGE_ID"), origin);
    EXPECT_EQ(dead.properties.at("RETRY_TOPIC"), "orders");
    EXPECT_EQ(dead.properties.at("a"), "b");
    EXPECT_EQ(dead.tags, "tag");
    EXPECT_EQ(dead.keys, std::vector<std::string>{"key"});
  }
};

TEST_F(SdkDeadLettersTest, WhatIsSentBackTooOftenIsKeptAside) {
  const SendReceipt sent = SendTo(*producer_, "bad");
  SendTo(*producer_, "good");
  Seen seen;
  std::atomic<int> tries{0};
  PushConsumerOptions options = Options();
  options.max_reconsume_times = 1;
  const auto consumer = Make(options);
  consumer->SetListener([&](std::span<const MessageView> messages) {
    EXPECT_EQ(messages.front().topic(), "orders");
    if (messages.front().body == "bad") {
      EXPECT_EQ(messages.front().reconsume_times, tries++);
      return ConsumeVerdict::kLater;
    }
    seen.Add(messages.front());
    return ConsumeVerdict::kSuccess;
  });
  ASSERT_TRUE(consumer->Start());
  ExpectOriginal(AwaitDeadLetter(), sent.message_id, sent.offset_message_id);
  consumer->Shutdown();
  EXPECT_EQ(tries, 2) << "once, and once again";
  EXPECT_EQ(seen.bodies(), std::vector<std::string>{"good"});
}

TEST_F(SdkDeadLettersTest, WhatSuspendsAQueueTooOftenIsKeptAside) {
  const std::string id = SendTo(*producer_, "bad").message_id;
  SendTo(*producer_, "good");
  Seen seen;
  std::atomic<int> tries{0};
  PushConsumerOptions options = Options();
  options.max_reconsume_times = 2;
  options.suspend_ms = 10;
  const auto consumer = Make(options);
  consumer->SetOrderedListener([&](std::span<const MessageView> messages) {
    if (messages.front().body == "bad") {
      ++tries;
      return OrderVerdict::kSuspend;
    }
    seen.Add(messages.front());
    return OrderVerdict::kSuccess;
  });
  ASSERT_TRUE(consumer->Start());
  ExpectOriginal(AwaitDeadLetter(), id, id);
  ASSERT_TRUE(seen.AwaitDistinct(1));
  consumer->Shutdown();
  EXPECT_EQ(tries, 3);
}

// The broker must not take it for half of another transaction.
TEST_F(SdkDeadLettersTest, ACommittedMessageIsKeptAsideToo) {
  ProducerOptions producer_options;
  producer_options.client = client_;
  producer_options.group = "payers";
  producer_options.check_transaction = [](const MessageView&) {
    return TransactionVerdict::kUnknown;
  };
  const auto payer = Producer::Start(producer_options);
  ASSERT_TRUE(payer);
  const auto sent = (*payer)->SendInTransaction(
      {.topic = "orders",
       .body = "bad",
       .tags = "tag",
       .keys = {"key"},
       .properties = {{"a", "b"}}},
      [](const Message&, const std::string&) { return TransactionVerdict::kCommit; });
  ASSERT_TRUE(sent) << sent.error().message;
  PushConsumerOptions options = Options();
  options.max_reconsume_times = 0;
  const auto consumer = Make(options);
  consumer->SetOrderedListener([](std::span<const MessageView>) { return OrderVerdict::kSuspend; });
  ASSERT_TRUE(consumer->Start());
  const MessageView dead = AwaitDeadLetter();
  ExpectOriginal(dead, sent->sent.message_id, sent->sent.message_id);
  EXPECT_FALSE(dead.properties.contains("TRAN_MSG"));
  consumer->Shutdown();
}

}  // namespace
}  // namespace pintle::client
