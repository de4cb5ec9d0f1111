// Topics with a policy on a broker in virtual time.
#include "broker/queue_scaler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/sim_broker_testing.h"
#include "remoting/bodies/heartbeat.h"
#include "remoting/protocol/update_and_create_topic.h"

namespace pintle::broker {
namespace {

using remoting::ResponseCode;
using ::testing::HasSubstr;

BrokerOptions QuickOptions() {
  BrokerOptions options;
  options.queue_policy_interval_ms = 1'000;
  options.queue_policy_quiet_ms = 10'000;
  return options;
}

class QueueScalerTest : public ::testing::Test {
 protected:
  Answered Update(const std::string& attributes, int32_t queues = 2, bool order = false) {
    remoting::UpdateAndCreateTopicRequest request;
    request.topic = "orders";
    request.read_queues = request.write_queues = queues;
    request.perm = 6;
    request.order = order;
    request.attributes = attributes;
    return client_->Invoke(MakeRequest(remoting::request_code::kUpdateAndCreateTopic, request));
  }
  void Send(int32_t queue_id, int messages) {
    for (int i = 0; i < messages; ++i)
      ASSERT_EQ(client_->Invoke(SendRequest({.queue_id = queue_id}))->code(),
                ResponseCode::kSuccess);
  }
  void Consume(const std::string& group = "readers") {
    const auto topic = sim_.broker().topics().Find("orders");
    for (int32_t id = 0; id < topic->queue_count(); ++id)
      sim_.broker().offsets().Commit("orders", group, id, sim_.store().MaxOffset("orders", id),
                                     "test");
  }
  std::pair<int32_t, int32_t> Queues() {
    const auto topic = sim_.broker().topics().Find("orders");
    return {topic->config().read_queues, topic->config().write_queues};
  }
  using Pair = std::pair<int32_t, int32_t>;

  SimBroker sim_{QuickOptions()};
  std::unique_ptr<SimClient> client_ = sim_.Connect("client");
};

TEST_F(QueueScalerTest, FollowsTheSlowestGroup) {
  ASSERT_EQ(
      Update("+pintle.queues.least=2,+pintle.queues.most=8,+pintle.queues.backlog=10")->code(),
      ResponseCode::kSuccess);
  Send(0, 30);
  Consume("fast");
  sim_.scheduler().RunFor(3'000);
  EXPECT_EQ(Queues(), Pair(2, 2)) << "nobody is behind";
  sim_.broker().offsets().Commit("orders", "slow", 0, QueueOffset(2), "test");
  sim_.scheduler().RunFor(2'000);
  EXPECT_EQ(Queues(), Pair(3, 3)) << "28 messages of group slow, 10 for each queue";
  sim_.Restart();
  EXPECT_EQ(Queues(), Pair(3, 3));
  Consume("slow");
  Send(2, 1);
  sim_.scheduler().RunFor(12'000);
  EXPECT_EQ(Queues(), Pair(3, 2)) << "one message is unread: the queue is not written, but read";
  const auto answer = client_->Invoke(PullRequestFor({.group = "fast", .queue_id = 2}));
  EXPECT_EQ(BodiesOf(*answer).size(), 1u);
  sim_.scheduler().RunFor(30'000);
  EXPECT_EQ(Queues(), Pair(3, 2));
  Consume("fast");
  sim_.scheduler().RunFor(30'000);
  EXPECT_EQ(Queues(), Pair(3, 2)) << "group slow has not consumed it either";
  Consume("slow");
  sim_.scheduler().RunFor(30'000);
  EXPECT_EQ(Queues(), Pair(2, 2));
}

TEST_F(QueueScalerTest, WhatNobodyHasConsumedIsNotClosed) {
  ASSERT_EQ(
      Update("+pintle.queues.least=1,+pintle.queues.most=8,+pintle.queues.backlog=10")->code(),
      ResponseCode::kSuccess);
  Send(1, 1);
  sim_.scheduler().RunFor(60'000);
  EXPECT_EQ(Queues(), Pair(2, 1));
}

TEST_F(QueueScalerTest, MembersOfABroadcastingGroupMayStillWantAMessage) {
  ASSERT_EQ(
      Update("+pintle.queues.least=1,+pintle.queues.most=8,+pintle.queues.backlog=10")->code(),
      ResponseCode::kSuccess);
  remoting::ConsumerData consumer;
  consumer.group = "everybody";
  consumer.message_model = MessageModel::kBroadcasting;
  consumer.subscriptions.push_back(*model::Subscription::Parse("orders", "*", "TAG", 1));
  client_->Invoke({remoting::request_code::kHeartBeat,
                   {},
                   remoting::EncodeHeartbeat({"id-1", {}, {consumer}})});
  Send(1, 100);
  Consume("readers");
  sim_.scheduler().RunFor(60'000);
  EXPECT_EQ(Queues(), Pair(2, 1)) << "neither a reason for more queues nor for closing one";
}

TEST_F(QueueScalerTest, PoliciesThatMakeNoSenseAreRefused) {
  const auto part = Update("+pintle.queues.least=2");
  EXPECT_EQ(part->code(), ResponseCode::kInvalidParameter);
  EXPECT_THAT(std::string(part->command.remark), HasSubstr("pintle.queues.most"));
  for (const char* attributes :
       {"+pintle.queues.least=0", "+pintle.queues.most=1025", "+pintle.queues.backlog=-1",
        "+pintle.queues.most=99999999999999999999", "+pintle.queues.least=two"}) {
    EXPECT_EQ(Update(attributes)->code(), ResponseCode::kSystemError) << attributes;
  }
  const char* const whole =
      "+pintle.queues.least=9,+pintle.queues.most=8,+pintle.queues.backlog=10";
  EXPECT_EQ(Update(whole)->code(), ResponseCode::kInvalidParameter);
  EXPECT_FALSE(sim_.broker().topics().Contains("orders"));
  EXPECT_EQ(
      Update("+pintle.queues.least=1,+pintle.queues.most=8,+pintle.queues.backlog=10", 2, true)
          ->code(),
      ResponseCode::kInvalidParameter)
      << "ordered";
}

TEST_F(QueueScalerTest, APolicyIsTakenOffAgain) {
  ASSERT_EQ(Update("+pintle.queues.least=2,+pintle.queues.most=8,+pintle.queues.backlog=1")->code(),
            ResponseCode::kSuccess);
  ASSERT_EQ(Update("-pintle.queues.least,-pintle.queues.most,-pintle.queues.backlog")->code(),
            ResponseCode::kSuccess);
  Send(0, 30);
  sim_.broker().offsets().Commit("orders", "slow", 0, QueueOffset(1), "test");
  sim_.scheduler().RunFor(30'000);
  EXPECT_EQ(Queues(), Pair(2, 2));
}

}  // namespace
}  // namespace pintle::broker
