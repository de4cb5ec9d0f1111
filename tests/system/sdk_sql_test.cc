// SQL92 subscriptions of the SDK against the binary, and what a message may carry.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "pintle/lite_pull_consumer.h"
#include "pintle/pull_consumer.h"
#include "tests/system/sdk_server.h"

namespace pintle::client {
namespace {

using ::testing::HasSubstr;

constexpr const char* kExpression =
    "price BETWEEN 20 AND 40 AND region IN ('EU', '北') OR TAGS = 'all'";

class SdkSqlTest : public SdkTest {
 protected:
  explicit SdkSqlTest(const std::vector<std::string>& settings = {"pull.sql_filter=true"})
      : SdkTest(settings) {
    Offer("0", {{"price", "10"}, {"region", "EU"}});
    Offer("1", {{"price", "20"}, {"region", "EU"}});
    Offer("2", {{"price", "30"}, {"region", "北"}});
    Offer("3", {{"price", "40"}, {"region", "US"}});
    Offer("4", {{"price", "30"}});
    Offer("5", {{"region", "EU"}}, "all");
  }
  void Offer(const std::string& body, std::map<std::string, std::string> properties,
             const std::string& tags = {}) {
    const auto sent = producer_->Send(
        {.topic = "orders", .body = body, .tags = tags, .properties = std::move(properties)},
        [](std::span<const MessageQueue>, const Message&) { return 0; });
    ASSERT_TRUE(sent) << sent.error().message;
  }
};

TEST_F(SdkSqlTest, EachConsumerGetsWhatTheExpressionTakes) {
  const std::vector<std::string> wanted = {"1", "2", "5"};
  Seen seen;
  auto push = PushConsumer::Create(Options());
  ASSERT_TRUE(push);
  ASSERT_TRUE((*push)->SubscribeSql("orders", kExpression));
  (*push)->SetListener([&seen](std::span<const MessageView> messages) {
    for (const MessageView& message : messages) seen.Add(message);
    return ConsumeVerdict::kSuccess;
  });
  ASSERT_TRUE((*push)->Start());
  EXPECT_TRUE(seen.AwaitDistinct(3));
  (*push)->Shutdown();
  auto bodies = seen.bodies();
  std::ranges::sort(bodies);
  EXPECT_EQ(bodies, wanted);

  LitePullConsumerOptions lite_options;
  lite_options.client = client_;
  lite_options.group = "pollers";
  lite_options.start_from = StartFrom::kFirst;
  const auto lite = LitePullConsumer::Create(lite_options);
  ASSERT_TRUE(lite);
  const Status subscribed = (*lite)->SubscribeSql("orders", kExpression);
  ASSERT_TRUE(subscribed) << subscribed.error().message;
  bodies.clear();
  for (int i = 0; i < 600 && bodies.size() < 3; ++i) {
    const auto messages = (*lite)->Poll(100);
    ASSERT_TRUE(messages) << messages.error().message;
    for (const MessageView& message : *messages) bodies.push_back(message.body);
  }
  EXPECT_EQ(bodies, wanted);
  (*lite)->Shutdown();

  PullConsumerOptions pull_options;
  pull_options.client = client_;
  pull_options.group = "pullers";
  const auto pull = PullConsumer::Start(pull_options);
  ASSERT_TRUE(pull);
  const auto queues = (*pull)->Queues("orders");
  ASSERT_TRUE(queues);
  const auto batch = (*pull)->PullSql(queues->front(), kExpression, 0, 32, 0);
  ASSERT_TRUE(batch) << batch.error().message;
  bodies.clear();
  for (const MessageView& message : batch->messages) bodies.push_back(message.body);
  EXPECT_EQ(bodies, wanted);
}

// Once it has returned, what is sent counts by the new expression, also while the first one's queues
// are being taken up.
TEST_F(SdkSqlTest, AMemberThatSubscribesAnewMissesNothing) {
  LitePullConsumerOptions options;
  options.client = client_;
  options.start_from = StartFrom::kLast;
  for (int round = 0; round < 5; ++round) {
    options.group = "anew" + std::to_string(round);
    const auto lite = LitePullConsumer::Create(options);
    ASSERT_TRUE(lite);
    ASSERT_TRUE((*lite)->SubscribeSql("orders", "price > 1000"));
    ASSERT_TRUE((*lite)->SubscribeSql("orders", kExpression));
    const std::string body = "anew-" + std::to_string(round);
    Offer(body, {{"price", "30"}, {"region", "EU"}});
    std::vector<std::string> bodies;
    for (int i = 0; i < 600 && bodies.empty(); ++i) {
      const auto messages = (*lite)->Poll(100);
      ASSERT_TRUE(messages) << messages.error().message;
      for (const MessageView& message : *messages) bodies.push_back(message.body);
    }
    EXPECT_EQ(bodies, std::vector{body});
    (*lite)->Shutdown();
  }
}

TEST_F(SdkSqlTest, AWrongExpressionNeverLeaves) {
  auto push = PushConsumer::Create(Options());
  ASSERT_TRUE(push);
  const Status refused = (*push)->SubscribeSql("orders", "price > 10 AND AND");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(refused.error().message, HasSubstr("column"));
}

class SdkNoSqlTest : public SdkSqlTest {
 protected:
  SdkNoSqlTest() : SdkSqlTest({"pull.sql_filter=false"}) {}
};

TEST_F(SdkNoSqlTest, ABrokerWithoutExpressionsRefusesTheStart) {
  auto push = PushConsumer::Create(Options());
  ASSERT_TRUE(push);
  ASSERT_TRUE((*push)->SubscribeSql("orders", kExpression));
  (*push)->SetListener([](std::span<const MessageView>) { return ConsumeVerdict::kSuccess; });
  const Status refused = (*push)->Start();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kRefused);
}

TEST_F(SdkSqlTest, ReservedPropertiesAreRefused) {
  for (const std::string name : {"TAGS", "KEYS", "UNIQ_KEY", "CORRELATION_ID", "REPLY_TO_CLIENT",
                                 "TTL", "MSG_TYPE", "TRAN_MSG", "PGROUP", "DELAY", "TIMER_DELAY_MS",
                                 "__CRC32#", "INSTANCE_ID", "__RMQ.TRANSIENT.TOPIC_SYS_FLAG"}) {
    const auto refused =
        producer_->Send({.topic = "orders", .body = "x", .properties = {{name, "1"}}});
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(refused.error().message, HasSubstr("reserved"));
  }
  EXPECT_TRUE(producer_->Send({.topic = "orders", .body = "x", .properties = {{"tags", "1"}}}));
}

}  // namespace
}  // namespace pintle::client
