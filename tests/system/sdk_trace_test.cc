// Traces of the SDK, against the binary.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pintle/lite_pull_consumer.h"
#include "pintle/pull_consumer.h"
#include "tests/system/sdk_server.h"

namespace pintle::client {
namespace {

using ::testing::HasSubstr;

class SdkTraceTest : public SdkTest {
 protected:
  // All that stands in the trace topic.
  std::string Traces() {
    PullConsumerOptions options;
    options.client = client_;
    options.group = "tracers";
    const auto consumer = PullConsumer::Start(options);
    EXPECT_TRUE(consumer);
    const auto queues = (*consumer)->Queues("RMQ_SYS_TRACE_TOPIC");
    if (!queues) return "";
    std::string all;
    for (const MessageQueue& queue : *queues) {
      const auto batch = (*consumer)->Pull(queue, "*", 0, 32, 0);
      EXPECT_TRUE(batch);
      for (const MessageView& message : batch->messages) all += message.body;
    }
    return all;
  }
};

TEST_F(SdkTraceTest, SendsAndConsumptionsAreTold) {
  ProducerOptions options;
  options.client = client_;
  options.client.trace = true;
  options.group = "tellers";
  auto producer = Producer::Start(options);
  ASSERT_TRUE(producer);
  const auto sent =
      (*producer)->Send({.topic = "orders", .body = "good", .tags = "tag", .keys = {"key"}});
  ASSERT_TRUE(sent);
  const auto bad = (*producer)->Send({.topic = "orders", .body = "bad"});
  ASSERT_TRUE(bad);
  (*producer)->Shutdown();
  const std::string sends = Traces();
  EXPECT_THAT(sends,
              HasSubstr("\x01tellers\x01orders\x01" + sent->message_id + "\x01tag\x01key\x01"));
  EXPECT_THAT(sends, HasSubstr("\x01" + sent->offset_message_id + "\x01true\x02"));

  Seen seen;
  PushConsumerOptions consumer_options = Options();
  consumer_options.client.trace = true;
  const auto consumer = Make(consumer_options);
  consumer->SetListener([&seen](std::span<const MessageView> messages) {
    seen.Add(messages.front());
    return messages.front().body == "good" ? ConsumeVerdict::kSuccess : ConsumeVerdict::kLater;
  });
  ASSERT_TRUE(consumer->Start());
  ASSERT_TRUE(seen.AwaitDistinct(2));
  consumer->Shutdown();
  const std::string all = Traces();
  EXPECT_THAT(all, HasSubstr("\x01" + sent->message_id +
                             "\x01"
                             "0\x01key\x02"))
      << "before";
  EXPECT_THAT(all, HasSubstr("\x01true\x01key\x01"
                             "0\x01"))
      << "after";
  EXPECT_THAT(all, HasSubstr("\x01"
                             "false\x01null\x01"
                             "4\x01"))
      << "after the one that failed";
}

TEST_F(SdkTraceTest, EndsOfTransactionsAreTold) {
  ProducerOptions options;
  options.client = client_;
  options.client.trace = true;
  options.group = "payers";
  options.check_transaction = [](const MessageView&) { return TransactionVerdict::kUnknown; };
  auto producer = Producer::Start(options);
  ASSERT_TRUE(producer);
  const auto end = [&](TransactionVerdict verdict) {
    const auto sent = (*producer)->SendInTransaction(
        {.topic = "orders", .body = "pay", .tags = "tag", .keys = {"key"}},
        [verdict](const Message&, const std::string&) { return verdict; });
    EXPECT_TRUE(sent) << sent.error().message;
    return sent->sent.message_id;
  };
  const std::string kept = end(TransactionVerdict::kCommit);
  const std::string dropped = end(TransactionVerdict::kRollback);
  (*producer)->Shutdown();
  const std::string all = Traces();
  const auto told = [](const std::string& id, const std::string& verdict) {
    return HasSubstr(
        "\x01"
        "2\x01" +
        id + "\x01" + verdict +
        "\x01"
        "false\x02");
  };
  EXPECT_THAT(all,
              HasSubstr("DefaultRegion\x01payers\x01orders\x01" + kept + "\x01tag\x01key\x01"));
  EXPECT_THAT(all, told(kept, "COMMIT_MESSAGE"));
  EXPECT_THAT(all, told(dropped, "ROLLBACK_MESSAGE"));
}

TEST_F(SdkTraceTest, WhatALitePullConsumerGivesIsTold) {
  Send(0, 2);
  LitePullConsumerOptions options;
  options.client = client_;
  options.client.trace = true;
  options.group = "pollers";
  options.start_from = StartFrom::kFirst;
  const auto consumer = LitePullConsumer::Create(options);
  ASSERT_TRUE(consumer);
  ASSERT_TRUE((*consumer)->Subscribe("orders", "*"));
  std::vector<std::string> ids;
  while (ids.size() < 2) {
    const auto polled = (*consumer)->Poll(60'000);
    ASSERT_TRUE(polled) << polled.error().message;
    ASSERT_FALSE(polled->empty());
    for (const MessageView& message : *polled) ids.push_back(message.message_id);
  }
  (*consumer)->Shutdown();
  const std::string all = Traces();
  for (const std::string& id : ids) {
    EXPECT_THAT(all, HasSubstr("\x01" + id +
                               "\x01"
                               "0\x01null\x02"))
        << "before";
    EXPECT_THAT(all, HasSubstr("\x01" + id +
                               "\x01"
                               "0\x01true\x01null\x01"
                               "0\x01"))
        << "after";
  }
}

}  // namespace
}  // namespace pintle::client
