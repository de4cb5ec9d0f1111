// Transactions of the SDK, against the binary.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>

#include "tests/system/sdk_server.h"

namespace pintle::client {
namespace {

using ::testing::HasSubstr;

class SdkTransactionsTest : public SdkTest {
 protected:
  SdkTransactionsTest()
      : SdkTest({"transactions.timeout_ms=300ms", "transactions.check_interval_ms=300ms"}) {}

  std::unique_ptr<Producer> StartProducer(TransactionCheck check) {
    ProducerOptions options;
    options.client = client_;
    options.group = "bookkeepers";
    options.check_transaction = std::move(check);
    auto producer = Producer::Start(options);
    EXPECT_TRUE(producer);
    return *std::move(producer);
  }
  std::unique_ptr<PushConsumer> Consume(Seen& seen) {
    auto consumer = Make(Options());
    consumer->SetListener([&seen](std::span<const MessageView> messages) {
      for (const MessageView& message : messages) seen.Add(message);
      return ConsumeVerdict::kSuccess;
    });
    EXPECT_TRUE(consumer->Start());
    return consumer;
  }
  static Message Payment(const std::string& body) { return {.topic = "orders", .body = body}; }
  static TransactionVerdict Never(const MessageView&) { return TransactionVerdict::kUnknown; }
};

TEST_F(SdkTransactionsTest, ConsumersSeeWhatWasCommittedAlone) {
  const auto producer = StartProducer(Never);
  for (int i = 0; i < 10; ++i) {
    std::string id;
    const auto sent = producer->SendInTransaction(
        Payment(std::to_string(i)), [&](const Message& message, const std::string& message_id) {
          EXPECT_EQ(message.body, std::to_string(i));
          id = message_id;
          return i % 2 == 0 ? TransactionVerdict::kCommit : TransactionVerdict::kRollback;
        });
    ASSERT_TRUE(sent) << sent.error().message;
    EXPECT_EQ(sent->sent.message_id, id);
    EXPECT_EQ(sent->verdict,
              i % 2 == 0 ? TransactionVerdict::kCommit : TransactionVerdict::kRollback);
  }
  Seen seen;
  const auto consumer = Consume(seen);
  ASSERT_TRUE(seen.AwaitDistinct(5));
  ASSERT_TRUE(producer->SendInTransaction(Payment("last"), [](const Message&, const std::string&) {
    return TransactionVerdict::kCommit;
  }));
  ASSERT_TRUE(seen.AwaitDistinct(6));
  consumer->Shutdown();
  auto bodies = seen.bodies();
  std::ranges::sort(bodies);
  EXPECT_THAT(bodies, ::testing::ElementsAre("0", "2", "4", "6", "8", "last"));
}

TEST_F(SdkTransactionsTest, TheBrokerAsksAgainUntilItKnows) {
  std::mutex mutex;
  std::map<std::string, int> asked;
  const auto producer = StartProducer([&](const MessageView& half) {
    const std::lock_guard lock(mutex);
    EXPECT_EQ(half.topic(), "orders");
    if (++asked[half.body] == 1) throw std::runtime_error("the books are closed");
    return half.body == "mine" ? TransactionVerdict::kCommit : TransactionVerdict::kRollback;
  });
  const LocalTransaction fails = [](const Message&, const std::string&) -> TransactionVerdict {
    throw std::runtime_error("the local database is away");
  };
  for (const std::string body : {"not mine", "mine"}) {
    const auto sent = producer->SendInTransaction(Payment(body), fails);
    ASSERT_TRUE(sent) << sent.error().message;
    EXPECT_EQ(sent->verdict, TransactionVerdict::kUnknown);
  }
  Seen seen;
  const auto consumer = Consume(seen);
  ASSERT_TRUE(seen.AwaitDistinct(1));
  consumer->Shutdown();
  EXPECT_EQ(seen.bodies(), std::vector<std::string>{"mine"});
  const std::lock_guard lock(mutex);
  EXPECT_EQ(asked["mine"], 2);
}

TEST_F(SdkTransactionsTest, AnotherOfTheGroupAnswersForOneThatWasKilled) {
  // It is killed within its first local transaction.
  pintle::testing::PintleProcess killed(
      {client_.name_servers.front(), "die-in-transaction", "orders", "bookkeepers"},
      "test/sdk_scenarios");
  ASSERT_EQ(killed.Wait(), -SIGKILL) << killed.output() << killed.errors();
  // Never sent anything, and is asked nevertheless.
  const auto heir = StartProducer([](const MessageView& half) {
    EXPECT_EQ(half.body, "testament");
    return TransactionVerdict::kCommit;
  });
  Seen seen;
  const auto consumer = Consume(seen);
  ASSERT_TRUE(seen.AwaitDistinct(1));
  consumer->Shutdown();
  EXPECT_EQ(seen.bodies(), std::vector<std::string>{"testament"});
}

TEST_F(SdkTransactionsTest, WhatCannotBeATransactionIsRefused) {
  const LocalTransaction commits = [](const Message&, const std::string&) {
    return TransactionVerdict::kCommit;
  };
  auto refused = producer_->SendInTransaction(Payment("who answers?"), commits);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("check_transaction"));
  const auto producer = StartProducer(Never);
  Message late = Payment("later");
  late.delay_level = 3;
  refused = producer->SendInTransaction(late, commits);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("cannot be delayed"));
}

}  // namespace
}  // namespace pintle::client
