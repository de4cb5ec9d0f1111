// Traces of the SDK, against the binary.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace pintle::client
