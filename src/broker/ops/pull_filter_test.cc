#include "broker/ops/pull_filter.h"

#include <gtest/gtest.h>

#include "broker/sim_broker_testing.h"
#include "remoting/bodies/check_client_config.h"
#include "remoting/bodies/heartbeat.h"
#include "remoting/protocol/pull_message.h"

namespace pintle::broker {
namespace {

using remoting::ResponseCode;
using Bodies = std::vector<std::string>;

BrokerOptions WithSql(bool retries = false) {
  BrokerOptions options;
  options.property_filter = true;
  options.property_filter_retries = retries;
  return options;
}

class PullFilterTest : public ::testing::Test {
 protected:
  explicit PullFilterTest(const BrokerOptions& options = WithSql()) : sim_(options) {}

  void Send(const std::string& body, const std::string& properties,
            const std::string& topic = "orders") {
    SentMessage message;
    message.topic = topic;
    message.body = body;
    message.properties = properties;
    ASSERT_EQ(client_->Invoke(SendRequest(message))->code(), ResponseCode::kSuccess);
  }
  void SendThree() {
    Send("cheap", "price\0015\2");
    Send("dear", "price\00150\2region\1EU\2");
    Send("free", "region\1US\2");
  }
  static model::Subscription Wanted(const std::string& expression, int64_t version = 1,
                                    const std::string& topic = "orders") {
    return *model::Subscription::Parse(topic, expression, "SQL92", version);
  }
  void Subscribe(std::vector<model::Subscription> subscriptions) {
    remoting::ConsumerData consumer;
    consumer.group = "readers";
    consumer.subscriptions = std::move(subscriptions);
    const std::string body = remoting::EncodeHeartbeat({"client-id", {}, {consumer}});
    ASSERT_EQ(client_->Invoke({remoting::request_code::kHeartBeat, {}, body})->code(),
              ResponseCode::kSuccess);
  }
  // With an expression: told with the pull; without one: the group's.
  static remoting::Request Request(const std::string& expression, const std::string& type = "SQL92",
                                   int64_t version = 1, const std::string& topic = "orders") {
    remoting::PullMessageRequest fields;
    fields.consumer_group = "readers";
    fields.topic = topic;
    fields.max_messages = 32;
    fields.subscription = expression;
    fields.expression_type = type;
    fields.sub_version = version;
    fields.sys_flag = expression.empty() ? 0 : 4;
    return remoting::MakeRequest(remoting::request_code::kPullMessage, fields);
  }
  Answered Pull(const std::string& expression, const std::string& type = "SQL92") {
    return client_->Invoke(Request(expression, type));
  }
  Answered Check(const model::Subscription& subscription) {
    remoting::CheckClientConfig check;
    check.client_id = "client-id";
    check.group = "readers";
    check.subscription = subscription;
    return client_->Invoke(
        {remoting::request_code::kCheckClientConfig, {}, remoting::EncodeCheckClientConfig(check)});
  }

  SimBroker sim_;
  std::unique_ptr<SimClient> client_ = sim_.Connect("client");
};

TEST_F(PullFilterTest, AnExpressionToldWithThePullChooses) {
  SendThree();
  EXPECT_EQ(BodiesOf(*Pull("price > 10")), Bodies{"dear"});
  EXPECT_EQ(BodiesOf(*Pull("region IS NOT NULL")), (Bodies{"dear", "free"}));
  const auto none = Pull("price > 100");
  EXPECT_EQ(none->code(), ResponseCode::kPullRetryImmediately);
  EXPECT_EQ(FieldOf(*none, "nextBeginOffset"), "3");
}

TEST_F(PullFilterTest, AnExpressionToldByHeartbeatChooses) {
  SendThree();
  Subscribe({Wanted("price > 10")});
  EXPECT_EQ(BodiesOf(*client_->Invoke(Request(""))), Bodies{"dear"});
  EXPECT_EQ(client_->Invoke(Request("", "SQL92", 2))->code(), ResponseCode::kSubscriptionNotLatest);
  Subscribe({Wanted("price < 10", 2)});
  EXPECT_EQ(BodiesOf(*client_->Invoke(Request("", "SQL92", 2))), Bodies{"cheap"});
}

TEST_F(PullFilterTest, WhatDoesNotCompileIsToldWithItsPlace) {
  SendThree();
  const auto told = Pull("price >");
  EXPECT_EQ(told->code(), ResponseCode::kSubscriptionParseFailed);
  EXPECT_TRUE(told->command.remark.starts_with(
      "parse the consumer's subscription failed: Invalid MessageSelector. At line 1, column 8: "))
      << told->command.remark;
  EXPECT_EQ(Pull("price > 1", "XPATH")->code(), ResponseCode::kSubscriptionParseFailed);
  Subscribe({Wanted("price >")});
  const auto kept = client_->Invoke(Request(""));
  EXPECT_EQ(kept->code(), ResponseCode::kFilterDataNotExist);
  EXPECT_TRUE(kept->command.remark.starts_with("The broker's consumer filter data is not exist!"));
}

TEST_F(PullFilterTest, ClientsMayAskWhetherAnExpressionCompiles) {
  EXPECT_EQ(Check(Wanted("price > 10"))->code(), ResponseCode::kSuccess);
  const auto wrong = Check(Wanted("price > 'x'"));
  EXPECT_EQ(wrong->code(), ResponseCode::kSubscriptionParseFailed);
  EXPECT_TRUE(wrong->command.remark.starts_with("Invalid MessageSelector. At line 1, column 9"));
  model::Subscription unknown = Wanted("x");
  unknown.type = "XPATH";
  EXPECT_EQ(Check(unknown)->code(), ResponseCode::kSubscriptionParseFailed);
}

TEST_F(PullFilterTest, AHeldPullIsGivenWhatMatches) {
  SendThree();
  remoting::PullMessageRequest fields;
  fields.consumer_group = "readers";
  fields.topic = "orders";
  fields.queue_offset = 3;
  fields.max_messages = 32;
  fields.subscription = "price > 10";
  fields.expression_type = "SQL92";
  fields.sys_flag = 4 | 2;
  fields.suspend_timeout_ms = 15'000;
  const auto reader = sim_.Connect("reader");
  const auto answer =
      reader->Begin(remoting::MakeRequest(remoting::request_code::kPullMessage, fields));
  sim_.scheduler().RunFor(1'000);
  EXPECT_EQ(*answer, nullptr);
  Send("dear too", "price\00151\2");
  sim_.scheduler().RunFor(100);
  ASSERT_NE(*answer, nullptr);
  EXPECT_EQ(BodiesOf(**answer), Bodies{"dear too"});
}

class PullFilterRetriesTest : public PullFilterTest {
 protected:
  PullFilterRetriesTest() : PullFilterTest(WithSql(true)) {}
};

TEST_F(PullFilterRetriesTest, ARetriedMessageIsJudgedByItsFirstTopic) {
  SendThree();
  Subscribe({Wanted("price > 10"), Wanted("price IS NULL", 1, "%RETRY%readers")});
  const std::string retry = "%RETRY%readers";
  Send("dear", "RETRY_TOPIC\1orders\2price\00150\2", retry);
  Send("cheap", "RETRY_TOPIC\1orders\2price\0015\2", retry);
  Send("other", "RETRY_TOPIC\1elsewhere\2price\0015\2", retry);
  EXPECT_EQ(BodiesOf(*client_->Invoke(Request("", "SQL92", 1, retry))), (Bodies{"dear", "other"}));
}

TEST(PullFilterOffTest, SqlIsRefusedUnlessItIsSwitchedOn) {
  SimBroker sim;
  const auto client = sim.Connect("client");
  ASSERT_EQ(client->Invoke(SendRequest({}))->code(), ResponseCode::kSuccess);
  remoting::PullMessageRequest fields;
  fields.consumer_group = "readers";
  fields.topic = "orders";
  fields.max_messages = 32;
  fields.subscription = "a > 1";
  fields.expression_type = "SQL92";
  fields.sys_flag = 4;
  const auto answer =
      client->Invoke(remoting::MakeRequest(remoting::request_code::kPullMessage, fields));
  EXPECT_EQ(answer->code(), ResponseCode::kSystemError);
  EXPECT_EQ(answer->command.remark,
            "The broker does not support consumer to filter message by SQL92");
}

}  // namespace
}  // namespace pintle::broker
