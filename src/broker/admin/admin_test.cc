// What RocketMQ's tools ask of a broker.
#include <gtest/gtest.h>

#include "broker/sim_broker_testing.h"
#include "remoting/bodies/client_connections.h"
#include "remoting/bodies/group_table.h"
#include "remoting/bodies/heartbeat.h"
#include "remoting/bodies/kv_table.h"
#include "remoting/bodies/name_list.h"
#include "remoting/bodies/offset_table.h"
#include "remoting/bodies/queue_stats.h"
#include "remoting/bodies/topic_table.h"
#include "remoting/protocol/delete_subscription_group.h"
#include "remoting/protocol/delete_topic_in_broker.h"
#include "remoting/protocol/get_consume_stats.h"
#include "remoting/protocol/get_consumer_connection_list.h"
#include "remoting/protocol/get_producer_connection_list.h"
#include "remoting/protocol/get_subscription_group_config.h"
#include "remoting/protocol/get_topic_config.h"
#include "remoting/protocol/get_topic_stats_info.h"
#include "remoting/protocol/query_message.h"
#include "remoting/protocol/query_topic_consume_by_who.h"
#include "remoting/protocol/update_and_create_topic.h"
#include "remoting/protocol/view_message_by_id.h"

namespace pintle::broker {
namespace {

namespace request_code = remoting::request_code;
using remoting::MakeRequest;
using remoting::ResponseCode;

class AdminTest : public ::testing::Test {
 protected:
  Answered Create(std::string topic, int32_t queues, std::string attributes = {}) {
    remoting::UpdateAndCreateTopicRequest request;
    request.topic = std::move(topic);
    request.read_queues = request.write_queues = queues;
    request.perm = 6;
    request.attributes = std::move(attributes);
    return client_->Invoke(MakeRequest(request_code::kUpdateAndCreateTopic, request));
  }
  void Join(const std::string& group) {
    remoting::ConsumerData consumer;
    consumer.group = group;
    consumer.subscriptions.push_back(*model::Subscription::Parse("orders", "red", "TAG", 1));
    client_->Invoke({request_code::kHeartBeat,
                     {},
                     remoting::EncodeHeartbeat({"id-1", {"writers"}, {consumer}})});
  }

  SimBroker sim_;
  std::unique_ptr<SimClient> client_ = sim_.Connect("tool");
};

TEST_F(AdminTest, OneTopicIsShown) {
  Create("orders", 6);
  const auto shown = client_->Invoke(
      MakeRequest(request_code::kGetTopicConfig, remoting::GetTopicConfigRequest{"orders"}));
  ASSERT_EQ(shown->code(), ResponseCode::kSuccess);
  EXPECT_EQ(remoting::DecodeTopicConfig(shown->command.body)->read_queues, 6);
  const auto absent = client_->Invoke(
      MakeRequest(request_code::kGetTopicConfig, remoting::GetTopicConfigRequest{"absent"}));
  EXPECT_EQ(absent->code(), ResponseCode::kTopicNotExist);
  EXPECT_EQ(absent->command.remark, "No topic in this broker. topic: absent");
}

TEST_F(AdminTest, OneGroupIsShownAndMade) {
  const auto shown =
      client_->Invoke(MakeRequest(request_code::kGetSubscriptionGroupConfig,
                                  remoting::GetSubscriptionGroupConfigRequest{"new"}));
  ASSERT_EQ(shown->code(), ResponseCode::kSuccess);
  const auto group = remoting::DecodeGroupConfig(shown->command.body);
  ASSERT_TRUE(group);
  EXPECT_EQ(group->name, "new");
  EXPECT_EQ(group->retry_max_times, 16);
}

TEST_F(AdminTest, ATopicIsMadeAndKept) {
  ASSERT_EQ(Create("orders", 6, "+message.type=FIFO")->code(), ResponseCode::kSuccess);
  sim_.Restart();
  const auto topic = sim_.broker().topics().Find("orders");
  ASSERT_NE(topic, nullptr);
  EXPECT_EQ(topic->config().write_queues, 6);
  EXPECT_EQ(topic->config().attributes.at("message.type"), "FIFO");
}

TEST_F(AdminTest, ATopicIsRefusedAsInRocketMq) {
  const auto bad_name = Create("bad topic!", 4);
  EXPECT_EQ(bad_name->code(), ResponseCode::kInvalidParameter);
  EXPECT_EQ(bad_name->command.remark,
            "The specified topic: bad topic!, contains illegal characters, allowing only "
            "^[%|a-zA-Z0-9_-]+$");
  const auto reserved = Create("TBW102", 4);
  EXPECT_EQ(reserved->code(), ResponseCode::kInvalidParameter);
  EXPECT_EQ(reserved->command.remark, "The topic[TBW102] is conflict with system topic.");
  EXPECT_EQ(Create("orders", -1)->code(), ResponseCode::kInvalidParameter);
  EXPECT_EQ(Create("orders", 1 << 30)->code(), ResponseCode::kInvalidParameter);
  EXPECT_EQ(Create("orders", 4, "+nonsense=1")->code(), ResponseCode::kSystemError);
}

TEST_F(AdminTest, ADeletedTopicIsGoneWithItsMessagesAndOffsets) {
  client_->Invoke(SendRequest({}));
  sim_.broker().offsets().Commit("orders", "readers", 0, QueueOffset(1), "test");
  const auto deleted = client_->Invoke(MakeRequest(request_code::kDeleteTopicInBroker,
                                                   remoting::DeleteTopicInBrokerRequest{"orders"}));
  ASSERT_EQ(deleted->code(), ResponseCode::kSuccess) << deleted->command.remark;
  EXPECT_FALSE(sim_.broker().topics().Contains("orders"));
  EXPECT_EQ(sim_.broker().offsets().Find("orders", "readers", 0), std::nullopt);
  client_->Invoke(SendRequest({.body = "again"}));
  EXPECT_EQ(BodiesOf(*client_->Invoke(PullRequestFor({}))), std::vector<std::string>{"again"});
}

TEST_F(AdminTest, TopicsAreToldWholeOrByPages) {
  const auto whole = client_->Invoke({request_code::kGetAllTopicConfig, {}, {}});
  const auto all = remoting::DecodeTopicTable(whole->command.body);
  ASSERT_TRUE(all);
  EXPECT_EQ(all->topics.size(), sim_.broker().topics().size());
  EXPECT_EQ(FieldOf(*whole, "totalTopicNum"), std::to_string(all->topics.size()));

  std::map<std::string, model::TopicConfig> collected;
  std::string version;
  while (collected.size() < all->topics.size()) {
    const auto page = client_->Invoke({request_code::kGetAllTopicConfig,
                                       {{"topicSeq", std::to_string(collected.size())},
                                        {"dataVersion", version},
                                        {"maxTopicNum", "5"}},
                                       {}});
    const auto part = remoting::DecodeTopicTable(page->command.body);
    ASSERT_TRUE(part);
    ASSERT_LE(part->topics.size(), 5u);
    version = R"({"counter":)" + std::to_string(part->version.counter) +
              R"(,"stateVersion":0,"timestamp":)" + std::to_string(part->version.timestamp) + "}";
    const size_t before = collected.size();
    collected.insert(part->topics.begin(), part->topics.end());
    ASSERT_GT(collected.size(), before);
  }
  EXPECT_EQ(collected, all->topics);
}

TEST_F(AdminTest, GroupsAreMadeToldAndDeleted) {
  model::SubscriptionGroupConfig group;
  group.name = "readers";
  group.retry_max_times = 5;
  const auto made = client_->Invoke(
      {request_code::kUpdateAndCreateSubscriptionGroup, {}, remoting::EncodeGroupConfig(group)});
  ASSERT_EQ(made->code(), ResponseCode::kSuccess) << made->command.remark;
  sim_.Restart();
  const auto told = client_->Invoke({request_code::kGetAllSubscriptionGroupConfig, {}, {}});
  const auto table = remoting::DecodeGroupTable(told->command.body);
  ASSERT_TRUE(table);
  EXPECT_EQ(table->groups.at("readers").retry_max_times, 5);

  sim_.broker().offsets().Commit("orders", "readers", 0, QueueOffset(1), "test");
  client_->Invoke(MakeRequest(request_code::kDeleteSubscriptionGroup,
                              remoting::DeleteSubscriptionGroupRequest{"readers", true}));
  EXPECT_EQ(sim_.broker().groups().Find("readers"), nullptr);
  EXPECT_EQ(sim_.broker().offsets().Find("orders", "readers", 0), std::nullopt);
}

TEST_F(AdminTest, QueuesOfATopicAreTold) {
  client_->Invoke(SendRequest({.queue_id = 1}));
  const auto told = client_->Invoke(
      MakeRequest(request_code::kGetTopicStatsInfo, remoting::GetTopicStatsInfoRequest{"orders"}));
  const auto stats = remoting::DecodeTopicStats(told->command.body);
  ASSERT_TRUE(stats);
  EXPECT_EQ(stats->queues.size(), 4u);
  const auto& queue = stats->queues.at({"orders", "broker-a", 1});
  EXPECT_EQ(queue.max_offset, 1);
  EXPECT_GT(queue.last_update_timestamp, 0);
  const auto absent = client_->Invoke(
      MakeRequest(request_code::kGetTopicStatsInfo, remoting::GetTopicStatsInfoRequest{"absent"}));
  EXPECT_EQ(absent->code(), ResponseCode::kTopicNotExist);
}

TEST_F(AdminTest, HowFarAGroupIsIsTold) {
  for (int i = 0; i < 3; ++i) client_->Invoke(SendRequest({}));
  Join("readers");
  client_->Invoke(PullRequestFor({.messages_max = 2, .commit_offset = 1}));
  const auto told = client_->Invoke(MakeRequest(
      request_code::kGetConsumeStats, remoting::GetConsumeStatsRequest{"readers", "", ""}));
  const auto stats = remoting::DecodeConsumeStats(told->command.body);
  ASSERT_TRUE(stats);
  const auto& queue = stats->queues.at({"orders", "broker-a", 0});
  EXPECT_EQ(queue.broker_offset, 3);
  EXPECT_EQ(queue.consumer_offset, 1);
  EXPECT_EQ(queue.pull_offset, 2);
  EXPECT_GT(queue.last_timestamp, 0);
}

TEST_F(AdminTest, ConnectionsAreTold) {
  Join("readers");
  const auto told = client_->Invoke(
      MakeRequest(request_code::kGetConsumerConnectionList,
                  remoting::GetConsumerConnectionListRequest{.consumer_group = "readers"}));
  const auto consumers = remoting::DecodeConsumerConnections(told->command.body);
  ASSERT_TRUE(consumers);
  ASSERT_EQ(consumers->connections.size(), 1u);
  EXPECT_EQ(consumers->connections[0].client_id, "id-1");
  EXPECT_EQ(consumers->subscriptions.at("orders").expression, "red");
  const auto nobody = client_->Invoke(
      MakeRequest(request_code::kGetConsumerConnectionList,
                  remoting::GetConsumerConnectionListRequest{.consumer_group = "nobody"}));
  EXPECT_EQ(nobody->code(), ResponseCode::kConsumerNotOnline);
  EXPECT_EQ(nobody->command.remark, "the consumer group[nobody] not online");

  const auto writers = client_->Invoke(
      MakeRequest(request_code::kGetProducerConnectionList,
                  remoting::GetProducerConnectionListRequest{.producer_group = "writers"}));
  EXPECT_EQ(remoting::DecodeProducerConnections(writers->command.body)->size(), 1u);
}

TEST_F(AdminTest, WhoConsumesATopicIsTold) {
  Join("subscribed");
  sim_.broker().offsets().Commit("orders", "consumed", 0, QueueOffset(1), "test");
  const auto told =
      client_->Invoke(MakeRequest(request_code::kQueryTopicConsumeByWho,
                                  remoting::QueryTopicConsumeByWhoRequest{.topic = "orders"}));
  EXPECT_EQ(remoting::DecodeNameList(remoting::kGroupList, told->command.body),
            (std::vector<std::string>{"consumed", "subscribed"}));
}

TEST_F(AdminTest, RuntimeInformationHasWhatToolsParse) {
  client_->Invoke(SendRequest({}));
  const auto told = client_->Invoke({request_code::kGetBrokerRuntimeInfo, {}, {}});
  const auto table = remoting::DecodeKvTable(told->command.body);
  ASSERT_TRUE(table);
  for (const char* key : {"brokerVersionDesc",
                          "putTps",
                          "getTransferredTps",
                          "getTransferedTps",
                          "sendThreadPoolQueueSize",
                          "pullThreadPoolQueueSize",
                          "sendThreadPoolQueueHeadWaitTimeMills",
                          "pullThreadPoolQueueHeadWaitTimeMills",
                          "pageCacheLockTimeMills",
                          "earliestMessageTimeStamp",
                          "commitLogDiskRatio",
                          "timerReadBehind",
                          "timerOffsetBehind",
                          "timerCongestNum",
                          "timerEnqueueTps",
                          "timerDequeueTps",
                          "brokerActive",
                          "msgPutTotalYesterdayMorning",
                          "msgPutTotalTodayMorning",
                          "msgPutTotalTodayNow",
                          "msgGetTotalYesterdayMorning",
                          "msgGetTotalTodayMorning",
                          "msgGetTotalTodayNow",
                          "bootTimestamp",
                          "runtime",
                          "commitLogMinOffset",
                          "commitLogMaxOffset",
                          "remainHowManyDataToFlush"})
    EXPECT_TRUE(table->contains(key)) << key;
  EXPECT_EQ(table->at("msgPutTotalTodayNow"), "1");
}

TEST_F(AdminTest, TheConfigurationIsToldInRocketMqsNames) {
  const auto told = client_->Invoke({request_code::kGetBrokerConfig, {}, {}});
  const std::string text(AsText(told->command.body));
  EXPECT_TRUE(text.contains("brokerName=broker-a\n"));
  EXPECT_TRUE(text.contains("listenPort=10911\n"));
  EXPECT_TRUE(FieldOf(*told, "version").contains("\"counter\":0"));
}

TEST_F(AdminTest, OffsetsAreToldToFollowers) {
  sim_.broker().offsets().Commit("orders", "readers", 2, QueueOffset(7), "test");
  const auto told = client_->Invoke({request_code::kGetAllConsumerOffset, {}, {}});
  const auto table = remoting::DecodeOffsetTable(told->command.body);
  ASSERT_TRUE(table);
  EXPECT_EQ(table->offsets.at("orders@readers").at(2), 7);
}

TEST_F(AdminTest, MessagesAreFoundByKeyAndByPlace) {
  client_->Invoke(SendRequest({.body = "found", .properties = "KEYS\1k1 k2\2UNIQ_KEY\1ID\2"}));
  remoting::QueryMessageRequest query;
  query.topic = "orders";
  query.key = "k2";
  query.max_messages = 10;
  query.end_timestamp = INT64_MAX;
  const auto found = client_->Invoke(MakeRequest(request_code::kQueryMessage, query));
  ASSERT_EQ(found->code(), ResponseCode::kSuccess) << found->command.remark;
  EXPECT_EQ(BodiesOf(*found), std::vector<std::string>{"found"});
  query.key = "absent";
  const auto nothing = client_->Invoke(MakeRequest(request_code::kQueryMessage, query));
  EXPECT_EQ(nothing->code(), ResponseCode::kQueryNotFound);

  const auto viewed = client_->Invoke(
      MakeRequest(request_code::kViewMessageById, remoting::ViewMessageByIdRequest{"orders", 0}));
  EXPECT_EQ(BodiesOf(*viewed), std::vector<std::string>{"found"});
  const auto nowhere = client_->Invoke(MakeRequest(
      request_code::kViewMessageById, remoting::ViewMessageByIdRequest{"orders", 16'777'215}));
  EXPECT_EQ(nowhere->code(), ResponseCode::kSystemError);
  EXPECT_EQ(nowhere->command.remark, "can not find message by the offset, 16777215");
}

}  // namespace
}  // namespace pintle::broker
