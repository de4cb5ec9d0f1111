// Namespaces of the SDK, against the binary.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "pintle/lite_pull_consumer.h"
#include "pintle/pull_consumer.h"
#include "tests/system/sdk_server.h"

namespace pintle::client {
namespace {

using ::testing::AnyOf;
using ::testing::Each;
using ::testing::Field;

class SdkNameSpaceTest : public SdkTest {
 protected:
  ClientOptions Within(const std::string& name) const {
    ClientOptions options = client_;
    options.name_space = name;
    return options;
  }
  std::unique_ptr<Producer> ProducerIn(const std::string& name) const {
    ProducerOptions options;
    options.client = Within(name);
    auto producer = Producer::Start(options);
    EXPECT_TRUE(producer);
    return *std::move(producer);
  }
};

TEST_F(SdkNameSpaceTest, NamesakesDoNotMeet) {
  Send(0, 1);
  const auto ours = ProducerIn("OURS");
  const auto theirs = ProducerIn("THEIRS");
  for (const std::string body : {"a", "b", "again"}) {
    const auto sent = ours->Send({.topic = "orders", .body = body},
                                 [](std::span<const MessageQueue> queues, const Message&) {
                                   EXPECT_THAT(queues, Each(Field(&MessageQueue::topic, "orders")));
                                   return 0;
                                 });
    ASSERT_TRUE(sent) << sent.error().message;
    EXPECT_EQ(sent->queue.topic, "orders");
  }
  ASSERT_TRUE(theirs->Send({.topic = "orders", .body = "c"}));

  Seen seen;
  PushConsumerOptions options = Options();
  options.client = Within("OURS");
  options.ack = AckMode::kManual;
  options.ack_timeout_ms = 200;
  const auto push = Make(options);
  push->SetListener([&](std::span<const MessageView> messages) {
    const MessageView& message = messages.front();
    EXPECT_EQ(message.topic(), "orders");
    if ((message.body != "again" || message.reconsume_times > 0) && push->Ack(message))
      seen.Add(message);
    return ConsumeVerdict::kSuccess;
  });
  ASSERT_TRUE(push->Start());
  ASSERT_TRUE(seen.AwaitDistinct(3));
  EXPECT_THAT(push->Assignment(),
              Each(Field(&MessageQueue::topic, AnyOf("orders", "%RETRY%readers"))));
  push->Shutdown();
  EXPECT_EQ(seen.bodies().size(), 3u);

  LitePullConsumerOptions lite_options;
  lite_options.client = Within("OURS");
  lite_options.group = "readers";
  const auto lite = LitePullConsumer::Create(lite_options);
  ASSERT_TRUE(lite);
  const auto queues = (*lite)->Queues("orders");
  ASSERT_TRUE(queues) << queues.error().message;
  EXPECT_THAT(*queues, Each(Field(&MessageQueue::topic, "orders")));
  ASSERT_TRUE((*lite)->Assign(*queues, "*"));
  EXPECT_EQ(*(*lite)->Committed(queues->front()), 3) << "of the same group";
  ASSERT_TRUE((*lite)->SeekToBegin(queues->front()));
  const auto polled = (*lite)->Poll(60'000);
  ASSERT_TRUE(polled);
  EXPECT_EQ(polled->front().queue, queues->front());

  // Seen from outside, the names are RocketMQ's.
  PullConsumerOptions pull_options;
  pull_options.client = client_;
  pull_options.group = "OURS%readers";
  const auto pull = PullConsumer::Start(pull_options);
  ASSERT_TRUE(pull);
  MessageQueue queue = queues->front();
  queue.topic = "OURS%orders";
  const auto outside = (*pull)->Pull(queue, "*", 0, 1, 0);
  ASSERT_TRUE(outside);
  ASSERT_EQ(outside->messages.size(), 1u);
  EXPECT_EQ(outside->messages.front().properties.at("INSTANCE_ID"), "OURS");
  EXPECT_EQ(*(*pull)->MaxOffset(queue), 3);
  EXPECT_EQ(*(*pull)->CommittedOffset(queue), 3);
}

}  // namespace
}  // namespace pintle::client
