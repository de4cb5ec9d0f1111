#include "client/publish_queues.h"

#include <gtest/gtest.h>

#include "model/topic.h"

namespace pintle::client {
namespace {

using Queues = std::vector<MessageQueue>;

constexpr int32_t kReadWrite = model::kPermRead | model::kPermWrite;

// Two brokers with two queues each; the second one's master is away.
model::TopicRoute HalfADozen() {
  model::TopicRoute route;
  route.queues = {{"b", 2, 2, kReadWrite}, {"a", 2, 2, kReadWrite}, {"c", 2, 2, model::kPermRead}};
  for (const auto& [name, id] : std::map<std::string, int64_t>{{"a", 0}, {"b", 1}, {"c", 0}}) {
    model::BrokerRoute broker;
    broker.broker_name = name;
    broker.addresses[id] = "127.0.0.1:1";
    route.brokers.push_back(broker);
  }
  return route;
}

Result<PublishQueues> Make(model::TopicRoute route, int32_t most = 0) {
  return QueuesToPublish("t", std::make_shared<const model::TopicRoute>(std::move(route)), most);
}

TEST(PublishQueuesTest, AreTheWritableOnesWithAMaster) {
  const auto made = Make(HalfADozen());
  ASSERT_TRUE(made);
  EXPECT_EQ(made->queues, (Queues{{"t", "a", 0}, {"t", "a", 1}}));
}

// As in RocketMQ: in the configuration's order, and not fewer because a broker is away.
TEST(PublishQueuesTest, AnOrderConfigurationSaysWhichTheyAre) {
  model::TopicRoute route = HalfADozen();
  route.order_topic_conf = "b:2;a:1;";
  const auto made = Make(route);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->queues, (Queues{{"t", "b", 0}, {"t", "b", 1}, {"t", "a", 0}}));
}

TEST(PublishQueuesTest, AMalformedOrderConfigurationIsToldWhole) {
  for (const char* text :
       {"a", "a:", ":4", "a:x", "a:-1", "a:4;b", "a:999999999", "a:99999999999"}) {
    model::TopicRoute route = HalfADozen();
    route.order_topic_conf = text;
    const auto made = Make(route);
    ASSERT_FALSE(made) << text;
    EXPECT_EQ(made.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(made.error().message.find(text), std::string::npos);
  }
}

TEST(PublishQueuesTest, ATopicThatTheSendMakesHasNoMoreThanItAsksFor) {
  model::TopicRoute route = HalfADozen();
  route.order_topic_conf = "b:9";  // the template's, not this topic's
  EXPECT_EQ(Make(route, 1)->queues, (Queues{{"t", "a", 0}}));
  EXPECT_EQ(Make(route, 4)->queues.size(), 2u);
}

TEST(PublishQueuesTest, NoneIsAnError) {
  const auto made = Make({});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kNoRoute);
}

}  // namespace
}  // namespace pintle::client
