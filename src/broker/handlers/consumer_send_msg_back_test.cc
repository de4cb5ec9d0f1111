// Messages that consumers send back, from the first try to the dead-letter topic.
#include "broker/handlers/consumer_send_msg_back.h"

#include <gtest/gtest.h>

#include "broker/ops/send_back.h"
#include "broker/sim_broker_testing.h"
#include "model/message_id.h"
#include "model/properties.h"
#include "model/record.h"
#include "remoting/bodies/heartbeat.h"
#include "store/consume_queue.h"

namespace pintle::broker {
namespace {

namespace request_code = remoting::request_code;
using model::QueueOffset;
using remoting::ResponseCode;

struct Back {
  int64_t offset = 0;
  std::string group = "readers";
  int32_t delay_level = 0;
  std::optional<int32_t> max_reconsume_times = {};
};

remoting::Request BackRequest(const Back& back) {
  remoting::ConsumerSendMsgBackRequest fields;
  fields.offset = back.offset;
  fields.group = back.group;
  fields.delay_level = back.delay_level;
  fields.max_reconsume_times = back.max_reconsume_times;
  return remoting::MakeRequest(request_code::kConsumerSendMsgBack, fields);
}

class SendBackTest : public ::testing::Test {
 protected:
  explicit SendBackTest(BrokerOptions options = {}) : sim_(std::move(options)) {}

  int64_t Send(const std::string& properties = "TAGS\1a\2KEYS\1k\2UNIQ_KEY\1ABC\2WAIT\1true\2") {
    const auto answer = client_->Invoke(SendRequest({.body = "work", .properties = properties}));
    EXPECT_EQ(answer->code(), ResponseCode::kSuccess) << answer->command.remark;
    return model::OffsetMessageId::Parse(FieldOf(*answer, "msgId"))->offset.value();
  }
  ResponseCode SendBack(const Back& back) {
    const auto answer = client_->Invoke(BackRequest(back));
    remark_ = answer->command.remark;
    return static_cast<ResponseCode>(answer->code());
  }
  int64_t End(std::string_view topic, int32_t queue_id = 0) {
    return sim_.store().MaxOffset(topic, queue_id).value();
  }
  bool Arrives(std::string_view topic, int64_t count, int64_t within_ms) {
    return sim_.scheduler().RunUntil([&] { return End(topic) >= count; }, within_ms);
  }
  model::Record RecordAt(std::string_view topic, int32_t queue_id, int64_t offset) {
    const auto entry = sim_.store().FindQueue(topic, queue_id)->At(QueueOffset(offset));
    slice_ = *sim_.store().ReadRecord(entry->offset);
    return *model::DecodeRecord(slice_.bytes, true);
  }
  void Configure(const std::function<void(Group&)>& change) {
    Group group;
    group.name = "readers";
    change(group);
    ASSERT_TRUE(sim_.broker().groups().Update(group));
  }

  SimBroker sim_;
  std::unique_ptr<SimClient> client_ = sim_.Connect("client");
  store::LogSlice slice_;
  std::string remark_;
};

TEST_F(SendBackTest, AMessageComesBackThroughTheRetryTopicAsInRocketMq) {
  const int64_t offset = Send();
  ASSERT_EQ(SendBack({.offset = offset, .delay_level = 1}), ResponseCode::kSuccess) << remark_;
  ASSERT_TRUE(Arrives("%RETRY%readers", 1, 1'100));
  const model::Record again = RecordAt("%RETRY%readers", 0, 0);
  EXPECT_EQ(AsText(again.body), "work");
  EXPECT_EQ(again.reconsume_times, 1);
  const model::Record copy = RecordAt("%RETRY%readers", 0, 0);
  const std::string id =
      model::OffsetMessageId{copy.store_host, model::LogOffset(offset)}.ToString();
  const std::pair<std::string_view, std::string> expected[] = {{"RETRY_TOPIC", "orders"},
                                                               {"ORIGIN_MESSAGE_ID", id},
                                                               {"DELAY", "1"},
                                                               {"WAIT", "false"},
                                                               {"REAL_TOPIC", "%RETRY%readers"},
                                                               {"REAL_QID", "0"},
                                                               {"TAGS", "a"},
                                                               {"KEYS", "k"},
                                                               {"UNIQ_KEY", "ABC"},
                                                               {"MSG_REGION", "DefaultRegion"}};
  for (const auto& [name, value] : expected)
    EXPECT_EQ(model::FindProperty(copy.properties, name), value) << name;
}

TEST_F(SendBackTest, KeepsTheFirstIdAndTopicOverSeveralTries) {
  int64_t offset = Send();
  const int64_t first = offset;
  for (int32_t time = 1; time <= 3; ++time) {
    ASSERT_EQ(SendBack({.offset = offset, .delay_level = 1}), ResponseCode::kSuccess);
    ASSERT_TRUE(Arrives("%RETRY%readers", time, 1'100));
    const model::Record again = RecordAt("%RETRY%readers", 0, time - 1);
    offset = again.log_offset.value();
    EXPECT_EQ(again.reconsume_times, time);
    EXPECT_EQ(model::FindProperty(again.properties, "RETRY_TOPIC"), "orders");
    EXPECT_EQ(
        model::OffsetMessageId::Parse(*model::FindProperty(again.properties, "ORIGIN_MESSAGE_ID"))
            ->offset.value(),
        first);
  }
}

TEST_F(SendBackTest, WaitsLongerEachTimeWhenTheBrokerDecides) {
  int64_t offset = Send();
  const int64_t delays_ms[] = {10'000, 30'000, 60'000};
  for (int32_t time = 0; time < 3; ++time) {
    ASSERT_EQ(SendBack({.offset = offset}), ResponseCode::kSuccess);
    EXPECT_FALSE(Arrives("%RETRY%readers", time + 1, delays_ms[time] - 50));
    ASSERT_TRUE(Arrives("%RETRY%readers", time + 1, 150));
    offset = RecordAt("%RETRY%readers", 0, time).log_offset.value();
  }
}

TEST_F(SendBackTest, IsGivenUpAfterTheGroupsMaximum) {
  Configure([](Group& group) { group.retry_max_times = 1; });
  int64_t offset = Send();
  ASSERT_EQ(SendBack({.offset = offset, .delay_level = 1}), ResponseCode::kSuccess);
  ASSERT_TRUE(Arrives("%RETRY%readers", 1, 1'100));
  offset = RecordAt("%RETRY%readers", 0, 0).log_offset.value();
  ASSERT_EQ(SendBack({.offset = offset, .delay_level = 1}), ResponseCode::kSuccess);
  ASSERT_EQ(End("%DLQ%readers"), 1);
  const model::Record dead = RecordAt("%DLQ%readers", 0, 0);
  EXPECT_EQ(dead.reconsume_times, 2);
  EXPECT_EQ(model::FindProperty(dead.properties, "DELAY"), "0");
  EXPECT_EQ(model::FindProperty(dead.properties, "RETRY_TOPIC"), "orders");
  const auto topic = sim_.broker().topics().Find("%DLQ%readers");
  ASSERT_NE(topic, nullptr);
  EXPECT_EQ(topic->config().read_queues, 1);
  EXPECT_EQ(topic->config().perm, model::kPermRead | model::kPermWrite);
}

TEST_F(SendBackTest, TheRequestsMaximumWinsOverTheGroups) {
  ASSERT_EQ(SendBack({.offset = Send(), .delay_level = 1, .max_reconsume_times = 0}),
            ResponseCode::kSuccess);
  EXPECT_EQ(End("%DLQ%readers"), 1);
}

TEST_F(SendBackTest, ANegativeLevelGivesUpAtOnce) {
  ASSERT_EQ(SendBack({.offset = Send(), .delay_level = -1}), ResponseCode::kSuccess);
  EXPECT_EQ(End("%DLQ%readers"), 1);
  EXPECT_EQ(RecordAt("%DLQ%readers", 0, 0).reconsume_times, 1);
}

TEST_F(SendBackTest, AGroupWithoutRetryQueuesIsToldYesAndNothingIsStored) {
  Configure([](Group& group) { group.retry_queues = 0; });
  const int64_t offset = Send();
  const model::LogOffset end = sim_.store().appended();
  EXPECT_EQ(SendBack({.offset = offset}), ResponseCode::kSuccess);
  EXPECT_EQ(sim_.store().appended(), end);
}

TEST_F(SendBackTest, TheRetryTopicHasTheGroupsQueues) {
  Configure([](Group& group) { group.retry_queues = 3; });
  for (int i = 0; i < 3; ++i)
    ASSERT_EQ(SendBack({.offset = Send(), .delay_level = 1}), ResponseCode::kSuccess);
  EXPECT_EQ(sim_.broker().topics().Find("%RETRY%readers")->config().read_queues, 3);
  sim_.scheduler().RunFor(1'100);
  for (int32_t queue = 0; queue < 3; ++queue) EXPECT_EQ(End("%RETRY%readers", queue), 1) << queue;
}

TEST_F(SendBackTest, WhatIsSentBackSurvivesARestart) {
  ASSERT_EQ(SendBack({.offset = Send(), .delay_level = 2}), ResponseCode::kSuccess);
  sim_.Restart();
  EXPECT_TRUE(sim_.broker().topics().Contains("%RETRY%readers"));
  EXPECT_TRUE(Arrives("%RETRY%readers", 1, 5'100));
}

TEST_F(SendBackTest, RefusesWhatIsNotThere) {
  const int64_t offset = Send();
  for (const int64_t wrong : {int64_t{-1}, offset + 1, int64_t{1} << 40, INT64_MAX, INT64_MIN}) {
    EXPECT_EQ(SendBack({.offset = wrong}), ResponseCode::kSystemError) << wrong;
    EXPECT_EQ(remark_, fmt::format("look message by offset failed, {}", wrong));
  }
  EXPECT_EQ(SendBack({.offset = offset, .group = "no such group!"}),
            ResponseCode::kSubscriptionGroupNotExist);
  EXPECT_NE(client_->Invoke({request_code::kConsumerSendMsgBack, {}, ""})->code(),
            ResponseCode::kSuccess);
  for (const std::string_view text : {"x", "", "99999999999999999999"}) {
    remoting::Request request = BackRequest({.offset = offset});
    for (auto& field : request.fields)
      if (field.first == "offset") field.second = text;
    EXPECT_NE(client_->Invoke(request)->code(), ResponseCode::kSuccess) << text;
  }
  EXPECT_EQ(End("%DLQ%readers"), 0);
}

class ReadOnlySendBackTest : public SendBackTest {
 protected:
  static BrokerOptions Options() {
    BrokerOptions options;
    options.groups_auto_create = false;
    return options;
  }
  ReadOnlySendBackTest() : SendBackTest(Options()) {}
};

TEST_F(ReadOnlySendBackTest, AnUnknownGroupIsToldSo) {
  EXPECT_EQ(SendBack({.offset = Send()}), ResponseCode::kSubscriptionGroupNotExist);
  EXPECT_EQ(remark_, "subscription group not exist, readers");
}

TEST_F(SendBackTest, ATopicThatTakesNothingRefuses) {
  const int64_t offset = Send();
  ASSERT_EQ(SendBack({.offset = offset, .delay_level = 1}), ResponseCode::kSuccess);
  model::TopicConfig config = sim_.broker().topics().Find("%RETRY%readers")->config();
  config.perm = model::kPermRead;
  ASSERT_TRUE(sim_.broker().topics().Update(config));
  EXPECT_EQ(SendBack({.offset = offset}), ResponseCode::kNoPermission);
  EXPECT_EQ(remark_, "the topic[%RETRY%readers] sending message is forbidden");
}

// What clients do when 36 fails: they send a copy to the retry topic themselves.
TEST_F(SendBackTest, AClientsOwnCopyWaitsAndEndsInTheDeadLetterTopicToo) {
  remoting::ConsumerData consumer;
  consumer.group = "readers";
  consumer.subscriptions.push_back(*model::Subscription::Parse("orders", "*", "TAG", 1));
  client_->Invoke(
      {request_code::kHeartBeat, {}, remoting::EncodeHeartbeat({"id-1", {}, {consumer}})});
  SentMessage copy{.topic = "%RETRY%readers",
                   .properties = "DELAY\0011\2RETRY_TOPIC\1orders\2",
                   .reconsume_times = 1};
  ASSERT_EQ(client_->Invoke(SendRequest(copy))->code(), ResponseCode::kSuccess);
  EXPECT_EQ(End("%RETRY%readers"), 0);
  ASSERT_TRUE(Arrives("%RETRY%readers", 1, 1'100));
  EXPECT_EQ(RecordAt("%RETRY%readers", 0, 0).reconsume_times, 1);
  copy.reconsume_times = 17;
  ASSERT_EQ(client_->Invoke(SendRequest(copy))->code(), ResponseCode::kSuccess);
  EXPECT_EQ(End("%DLQ%readers"), 1);
  EXPECT_EQ(model::FindProperty(RecordAt("%DLQ%readers", 0, 0).properties, "DELAY"), "-1");
}

TEST(RetryLevelTest, FollowsTheGroupsPolicy) {
  const model::DelayLevels levels = model::DefaultDelayLevels();
  model::RetryPolicy policy;
  EXPECT_EQ(RetryLevelOf(levels, policy, 0), 3);
  EXPECT_EQ(RetryLevelOf(levels, policy, 5), 8);
  policy.next_ms = {1'000, 5'000, 2'000, 45'000};
  EXPECT_EQ(RetryLevelOf(levels, policy, 0), 2);   // 2 s: the 5 s level
  EXPECT_EQ(RetryLevelOf(levels, policy, 1), 5);   // 45 s: a minute
  EXPECT_EQ(RetryLevelOf(levels, policy, 99), 5);  // the last one repeats
  policy.next_ms = {30'000};
  EXPECT_EQ(RetryLevelOf(levels, policy, 0), 4);
  policy.kind = model::RetryPolicy::Kind::kExponential;
  EXPECT_EQ(RetryLevelOf(levels, policy, 0), 2);  // 5 s
  EXPECT_EQ(RetryLevelOf(levels, policy, 1), 3);  // 10 s
  EXPECT_EQ(RetryLevelOf(levels, policy, 2), 4);  // 20 s: 30 s
  EXPECT_EQ(RetryLevelOf(levels, policy, 99), 18);
  policy.max_ms = 86'400'000;
  EXPECT_EQ(RetryLevelOf(levels, policy, 99), 18);
  policy.multiplier = INT64_MAX;
  EXPECT_EQ(RetryLevelOf(levels, policy, 3), 18);
  policy.initial_ms = -5;
  EXPECT_EQ(RetryLevelOf(levels, policy, 3), 1);
}

}  // namespace
}  // namespace pintle::broker
