// What tools ask to look into a broker: who is there, what is where, how far everybody is.
#include <gtest/gtest.h>

#include "broker/sim_broker_testing.h"
#include "model/properties.h"
#include "model/topic.h"
#include "remoting/bodies/client_connections.h"
#include "remoting/bodies/heartbeat.h"
#include "remoting/bodies/name_list.h"
#include "remoting/bodies/queue_entries.h"
#include "remoting/bodies/queue_stats.h"
#include "remoting/protocol/get_broker_consume_stats.h"
#include "remoting/protocol/query_consume_queue.h"
#include "remoting/protocol/query_consume_time_span.h"
#include "remoting/protocol/query_subscription_by_consumer.h"
#include "remoting/protocol/query_topics_by_consumer.h"

namespace pintle::broker {
namespace {

namespace request_code = remoting::request_code;
using remoting::MakeRequest;
using remoting::ResponseCode;

class InspectionTest : public ::testing::Test {
 protected:
  InspectionTest() {
    for (const char* tag : {"red", "blue", "red"}) {
      SentMessage message;
      message.properties = fmt::format("TAGS\1{}\2", tag);
      client_->Invoke(SendRequest(message));
    }
    remoting::ConsumerData consumer;
    consumer.group = "readers";
    consumer.subscriptions.push_back(*model::Subscription::Parse("orders", "red", "TAG", 1));
    client_->Invoke({request_code::kHeartBeat,
                     {},
                     remoting::EncodeHeartbeat({"id-1", {"writers"}, {consumer}})});
    sim_.broker().offsets().Commit("orders", "readers", 0, QueueOffset(1), "test");
  }

  SimBroker sim_;
  std::unique_ptr<SimClient> client_ = sim_.Connect("tool");
};

TEST_F(InspectionTest, AllProducersAreShown) {
  const auto answer = client_->Invoke({request_code::kGetAllProducerInfo, {}, {}});
  ASSERT_EQ(answer->code(), ResponseCode::kSuccess);
  const auto groups = remoting::DecodeProducerTable(answer->command.body);
  ASSERT_TRUE(groups);
  ASSERT_TRUE(groups->contains("writers"));
  const remoting::ProducerClient& writer = groups->at("writers").front();
  EXPECT_EQ(writer.connection.client_id, "id-1");
  EXPECT_EQ(writer.connection.address.front(), '/') << "as Java prints an address";
  EXPECT_GT(writer.last_seen_ms, 0);
  EXPECT_LE(writer.last_seen_ms, sim_.broker().clock().WallMs());
}

TEST_F(InspectionTest, TheProgressOfAllGroupsIsShown) {
  const auto ask = [&](bool order) {
    const auto answer = client_->Invoke(MakeRequest(request_code::kGetBrokerConsumeStats,
                                                    remoting::GetBrokerConsumeStatsRequest{order}));
    EXPECT_EQ(answer->code(), ResponseCode::kSuccess);
    return *remoting::DecodeBrokerConsumeStats(answer->command.body);
  };
  const auto all = ask(false);
  EXPECT_EQ(all.broker_address, sim_.broker().address().advertised.ToString());
  ASSERT_EQ(all.groups.at("readers").size(), 1u);
  const auto& queues = all.groups.at("readers").front().queues;
  EXPECT_EQ(queues.size(), 4u);
  const auto& first = queues.at({"orders", sim_.broker().options().name, 0});
  EXPECT_EQ(first.broker_offset, 3);
  EXPECT_EQ(first.consumer_offset, 1);
  EXPECT_GT(first.last_timestamp, 0);
  EXPECT_EQ(all.total_diff, 2);
  EXPECT_TRUE(all.groups.contains("TOOLS_CONSUMER")) << "groups without offsets, too";
  const auto ordered = ask(true);
  EXPECT_EQ(ordered.groups.at("readers").size(), 0u);
  EXPECT_EQ(ordered.total_diff, 0);
}

TEST_F(InspectionTest, EntriesOfAQueueAreShown) {
  const auto ask = [&](int64_t index, int32_t count, const std::string& group,
                       int32_t queue_id = 0) {
    return client_->Invoke(
        MakeRequest(request_code::kQueryConsumeQueue,
                    remoting::QueryConsumeQueueRequest{"orders", queue_id, index, count, group}));
  };
  const auto two = ask(1, 2, "");
  ASSERT_EQ(two->code(), ResponseCode::kSuccess);
  const auto entries = remoting::DecodeQueueEntries(two->command.body);
  ASSERT_TRUE(entries);
  EXPECT_EQ(entries->min_index, 0);
  EXPECT_EQ(entries->max_index, 3);
  ASSERT_EQ(entries->entries.size(), 2u);
  EXPECT_EQ(entries->entries[0].tags_code, model::TagsCode("blue"));
  EXPECT_EQ(entries->entries[1].log_offset,
            entries->entries[0].log_offset + entries->entries[0].size);
  EXPECT_FALSE(entries->subscription);

  const auto of_group = remoting::DecodeQueueEntries(ask(0, 1, "readers")->command.body);
  ASSERT_TRUE(of_group->subscription);
  EXPECT_EQ(of_group->subscription->expression, "red");
  EXPECT_EQ(of_group->filter_data, "null");
  const auto offline = remoting::DecodeQueueEntries(ask(0, 1, "nobody")->command.body);
  EXPECT_EQ(offline->filter_data, "nobody@orders is not online!");

  EXPECT_EQ(ask(0, 1, "", 77)->command.remark, "77@orders is not exist!");
  EXPECT_EQ(ask(0, 1, "", 77)->code(), ResponseCode::kSystemError);
  for (const int64_t index : {int64_t{-1}, int64_t{3}, std::numeric_limits<int64_t>::max()}) {
    const auto beyond = ask(index, 1, "");
    EXPECT_EQ(beyond->code(), ResponseCode::kSuccess);
    EXPECT_EQ(beyond->command.remark, fmt::format("Index {} of 0@orders is not exist!", index));
  }
  const auto many = ask(0, std::numeric_limits<int32_t>::max(), "");
  EXPECT_EQ(remoting::DecodeQueueEntries(many->command.body)->entries.size(), 3u);
  const auto none = ask(0, std::numeric_limits<int32_t>::min(), "");
  EXPECT_EQ(remoting::DecodeQueueEntries(none->command.body)->entries.size(), 0u);
}

TEST_F(InspectionTest, TimesOfQueuesAreShown) {
  const int64_t sent_ms = sim_.broker().clock().WallMs();
  sim_.scheduler().RunFor(5'000);
  const auto answer =
      client_->Invoke(MakeRequest(request_code::kQueryConsumeTimeSpan,
                                  remoting::QueryConsumeTimeSpanRequest{"orders", "readers"}));
  ASSERT_EQ(answer->code(), ResponseCode::kSuccess) << answer->command.remark;
  const auto spans = remoting::DecodeTimeSpans(answer->command.body);
  ASSERT_EQ(spans->size(), 4u);
  const remoting::QueueTimeSpan& first = spans->front();
  EXPECT_EQ(first.queue.queue_id, 0);
  EXPECT_LE(first.first_ms, first.last_ms);
  EXPECT_EQ(first.consumed_ms, first.first_ms);
  EXPECT_GE(first.delay_ms, 5'000);
  EXPECT_LE(first.last_ms, sent_ms);
  EXPECT_EQ(spans->back().delay_ms, 0);
  EXPECT_EQ(spans->back().last_ms, -1);
  const auto absent =
      client_->Invoke(MakeRequest(request_code::kQueryConsumeTimeSpan,
                                  remoting::QueryConsumeTimeSpanRequest{"absent", "readers"}));
  EXPECT_EQ(absent->code(), ResponseCode::kTopicNotExist);
}

TEST_F(InspectionTest, TopicsAndSubscriptionsOfAGroupAreShown) {
  const auto topics = client_->Invoke(MakeRequest(
      request_code::kQueryTopicsByConsumer, remoting::QueryTopicsByConsumerRequest{"readers"}));
  EXPECT_EQ(*remoting::DecodeNameList(remoting::kTopicList, topics->command.body),
            std::vector<std::string>{"orders"});
  const auto wanted = [&](const std::string& topic) {
    const auto answer = client_->Invoke(
        MakeRequest(request_code::kQuerySubscriptionByConsumer,
                    remoting::QuerySubscriptionByConsumerRequest{"readers", topic}));
    EXPECT_EQ(answer->code(), ResponseCode::kSuccess);
    return std::string(AsText(answer->command.body));
  };
  EXPECT_NE(wanted("orders").find(R"("subString":"red")"), std::string::npos) << wanted("orders");
  EXPECT_EQ(wanted("absent"), R"({"group":"readers","topic":"absent"})");
}

TEST_F(InspectionTest, SystemTopicsAreTold) {
  const auto answer = client_->Invoke({request_code::kGetSystemTopicListFromBroker, {}, {}});
  const auto topics = remoting::DecodeNameList(remoting::kTopicList, answer->command.body);
  ASSERT_TRUE(topics);
  for (const std::string_view topic :
       {model::kTransCheckMaxTimeTopic, model::kTraceTopic, model::kAutoCreateTopic,
        std::string_view("DefaultCluster"), std::string_view("DefaultCluster_REPLY_TOPIC")})
    EXPECT_NE(std::ranges::find(*topics, topic), topics->end()) << topic;
  EXPECT_EQ(std::ranges::find(*topics, "orders"), topics->end());
}

}  // namespace
}  // namespace pintle::broker
