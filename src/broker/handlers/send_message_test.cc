#include "broker/handlers/send_message.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "broker/sim_broker_testing.h"
#include "model/batch.h"
#include "model/message_id.h"
#include "model/properties.h"
#include "model/record.h"

namespace pintle::broker {
namespace {

using remoting::ResponseCode;

class SendMessageTest : public ::testing::Test {
 protected:
  SimBroker sim_;
  std::unique_ptr<SimClient> client_ = sim_.Connect("client");
};

TEST_F(SendMessageTest, AnswersWhereTheMessageIs) {
  const auto answer =
      client_->Invoke(SendRequest({.queue_id = 2, .properties = "UNIQ_KEY\1ABC\2WAIT\1true\2"}));
  ASSERT_EQ(answer->code(), ResponseCode::kSuccess) << answer->command.remark;
  EXPECT_EQ(FieldOf(*answer, "queueId"), "2");
  EXPECT_EQ(FieldOf(*answer, "queueOffset"), "0");
  EXPECT_EQ(FieldOf(*answer, "transactionId"), "ABC");
  EXPECT_EQ(FieldOf(*answer, "MSG_REGION"), "DefaultRegion");
  EXPECT_EQ(FieldOf(*answer, "TRACE_ON"), "true");
  const auto id = model::OffsetMessageId::Parse(FieldOf(*answer, "msgId"));
  ASSERT_TRUE(id);
  EXPECT_EQ(id->store_host.ToString(), "10.0.0.1:10911");

  const auto stored = sim_.store().ReadRecord(id->offset);
  ASSERT_TRUE(stored);
  const auto record = model::DecodeRecord(stored->bytes, true);
  ASSERT_TRUE(record);
  EXPECT_EQ(AsText(record->body), "hello");
  EXPECT_EQ(record->topic, "orders");
  EXPECT_EQ(record->properties,
            "UNIQ_KEY\1ABC\2WAIT\1true\2MSG_REGION\1DefaultRegion\2TRACE_ON\1true\2"
            "CLUSTER\1DefaultCluster\2");
}

TEST_F(SendMessageTest, MakesAnIdWhenTheProducerGaveNone) {
  const auto answer = client_->Invoke(SendRequest({.properties = "TAGS\1a"}));
  ASSERT_EQ(answer->code(), ResponseCode::kSuccess);
  const std::string key = FieldOf(*answer, "transactionId");
  EXPECT_EQ(key.size(), 32u);
  const auto stored = sim_.store().ReadRecord(model::LogOffset(0));
  ASSERT_TRUE(stored);
  const auto record = model::DecodeRecord(stored->bytes, true);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->properties, "TAGS\1a\2UNIQ_KEY\1" + key +
                                    "\2MSG_REGION\1DefaultRegion\2TRACE_ON\1true\2"
                                    "CLUSTER\1DefaultCluster\2");
}

TEST_F(SendMessageTest, ReplacesPropertiesThatOnlyABrokerSets) {
  client_->Invoke(
      SendRequest({.properties = "POP_CK\1x\2CLUSTER\1Other\2KEYS\1k\2UNIQ_KEY\1ABC\2"}));
  const auto stored = sim_.store().ReadRecord(model::LogOffset(0));
  ASSERT_TRUE(stored);
  const auto record = model::DecodeRecord(stored->bytes, true);
  ASSERT_TRUE(record);
  EXPECT_EQ(model::FindProperty(record->properties, "POP_CK"), std::nullopt);
  EXPECT_EQ(model::FindProperty(record->properties, "CLUSTER"), "DefaultCluster");
  EXPECT_EQ(model::FindProperty(record->properties, "KEYS"), "k");
}

TEST_F(SendMessageTest, MakesTheTopicAfterItsPattern) {
  client_->Invoke(SendRequest({.topic = "fresh", .default_topic_queues = 3}));
  const auto topic = sim_.broker().topics().Find("fresh");
  ASSERT_NE(topic, nullptr);
  EXPECT_EQ(topic->config().read_queues, 3);
  EXPECT_EQ(topic->config().write_queues, 3);
  EXPECT_EQ(topic->config().perm, model::kPermRead | model::kPermWrite);
  sim_.Restart();
  EXPECT_TRUE(sim_.broker().topics().Contains("fresh"));
}

TEST_F(SendMessageTest, SpreadsMessagesThatNameNoQueue) {
  std::set<std::string> queues;
  for (int i = 0; i < 4; ++i)
    queues.insert(FieldOf(*client_->Invoke(SendRequest({.queue_id = -1})), "queueId"));
  EXPECT_EQ(queues.size(), 4u);
}

TEST_F(SendMessageTest, AnswersOldHeadersToo) {
  remoting::Request request = SendRequest({});
  request.code = remoting::request_code::kSendMessage;
  request.fields = {{"producerGroup", "writers"},   {"topic", "orders"}, {"defaultTopic", "TBW102"},
                    {"defaultTopicQueueNums", "4"}, {"queueId", "1"},    {"sysFlag", "0"},
                    {"bornTimestamp", "1"},         {"flag", "0"},       {"properties", ""},
                    {"reconsumeTimes", "0"}};
  const auto answer = client_->Invoke(request);
  ASSERT_EQ(answer->code(), ResponseCode::kSuccess) << answer->command.remark;
  EXPECT_EQ(FieldOf(*answer, "queueId"), "1");
}

TEST_F(SendMessageTest, AOnewayMessageIsStoredAndNotAnswered) {
  client_->SendOneway(SendRequest({}));
  sim_.scheduler().RunFor(1'000);
  EXPECT_EQ(sim_.store().MaxOffset("orders", 0), QueueOffset(1));
}

struct Refusable {
  std::string_view what;
  SentMessage message;
  ResponseCode code;
  std::string remark;  // how it begins
};

TEST_F(SendMessageTest, RefusesAsRocketMqDoes) {
  const std::string long_name(128, 'x');
  const Refusable cases[] = {
      {"no name", {.topic = " "}, ResponseCode::kInvalidParameter, "The specified topic is blank."},
      {"a character",
       {.topic = "a b"},
       ResponseCode::kInvalidParameter,
       "The specified topic: a b, contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$"},
      {"a long name",
       {.topic = long_name},
       ResponseCode::kInvalidParameter,
       "The specified topic: " + long_name + ", is longer than topic max length: 127"},
      {"a reserved topic",
       {.topic = "SCHEDULE_TOPIC_XXXX"},
       ResponseCode::kNoPermission,
       "Sending message to topic[SCHEDULE_TOPIC_XXXX] is forbidden."},
      {"no pattern",
       {.topic = "lost", .default_topic = "absent"},
       ResponseCode::kTopicNotExist,
       "topic[lost] not exist, apply first please!"},
      {"no such queue",
       {.topic = "SELF_MADE", .queue_id = 4},
       ResponseCode::kInvalidParameter,
       "request queueId[4] is illegal, TopicConfig [topicName=SELF_MADE, readQueueNums=4, "
       "writeQueueNums=4, perm=RW-, topicFilterType=SINGLE_TAG, topicSysFlag=0, order=false, "
       "attributes={}] Producer: "},
      {"no body", {.body = ""}, ResponseCode::kMessageIllegal, "the message is illegal"},
      {"a large body",
       {.body = std::string((4 << 20) + 1, 'x')},
       ResponseCode::kMessageIllegal,
       "the message is illegal, maybe msg body or properties length not matched. msg body length "
       "limit 4194304B, msg properties length limit 32KB."},
      {"many properties",
       {.properties = "a\1" + std::string(32'767, 'x')},
       ResponseCode::kMessageIllegal,
       "the message is illegal"},
  };
  for (const Refusable& refused : cases) {
    const auto answer = client_->Invoke(SendRequest(refused.message));
    EXPECT_EQ(answer->code(), refused.code) << refused.what;
    EXPECT_TRUE(std::string(answer->command.remark).starts_with(refused.remark))
        << refused.what << ": " << answer->command.remark;
    EXPECT_EQ(FieldOf(*answer, "MSG_REGION"), "DefaultRegion") << refused.what;
  }
}

TEST_F(SendMessageTest, StoresABatchInOneQueueInOrder) {
  std::string body;
  for (const std::string_view text : {"one", "two", "three"})
    ASSERT_TRUE(model::AppendToBatch({0, AsBytes(text), "TAGS\1a\2"}, body));
  remoting::Request request = SendRequest({.queue_id = 1, .body = body});
  request.code = remoting::request_code::kSendBatchMessage;
  request.fields.emplace_back("m", "true");
  const auto answer = client_->Invoke(request);
  ASSERT_EQ(answer->code(), ResponseCode::kSuccess) << answer->command.remark;
  EXPECT_EQ(FieldOf(*answer, "queueOffset"), "0");
  EXPECT_EQ(FieldOf(*answer, "msgId").size(), 32u * 3 + 2);
  const auto pulled = client_->Invoke(PullRequestFor({.queue_id = 1}));
  EXPECT_EQ(BodiesOf(*pulled), (std::vector<std::string>{"one", "two", "three"}));
}

TEST_F(SendMessageTest, RefusesABatchThatIsCutOff) {
  std::string body;
  ASSERT_TRUE(model::AppendToBatch({0, AsBytes("one"), ""}, body));
  body.pop_back();
  remoting::Request request = SendRequest({.body = body});
  request.fields.emplace_back("m", "true");
  EXPECT_EQ(client_->Invoke(request)->code(), ResponseCode::kMessageIllegal);
  EXPECT_EQ(sim_.store().MaxOffset("orders", 0), QueueOffset(0));
}

class SyncSendTest : public ::testing::Test {
 protected:
  static BrokerOptions Options() {
    BrokerOptions options;
    options.sync_flush = true;
    return options;
  }
  SimBroker sim_{Options()};
  std::unique_ptr<SimClient> client_ = sim_.Connect("client");
};

TEST_F(SyncSendTest, IsAnsweredWhenTheDiskHasIt) {
  const auto answer = client_->Begin(SendRequest({}));
  sim_.scheduler().RunFor(1'000);
  EXPECT_EQ(*answer, nullptr);
  sim_.RunStoreUpkeep();
  sim_.scheduler().RunFor(100);
  ASSERT_NE(*answer, nullptr);
  EXPECT_EQ((*answer)->code(), ResponseCode::kSuccess);
  EXPECT_EQ(sim_.store().durable(), sim_.store().appended());
}

TEST_F(SyncSendTest, ASlowDiskIsToldWithTheMessagesPlace) {
  const auto answer = client_->Invoke(SendRequest({}));
  EXPECT_EQ(answer->code(), ResponseCode::kFlushDiskTimeout);
  EXPECT_EQ(FieldOf(*answer, "queueOffset"), "0");
}

TEST_F(SyncSendTest, AProducerThatDoesNotWaitIsAnsweredAtOnce) {
  const auto answer = client_->Invoke(SendRequest({.properties = "WAIT\1false\2"}), 1'000);
  EXPECT_EQ(answer->code(), ResponseCode::kSuccess);
}

// A disk that takes 16 KiB ahead of it, and is asked for nothing until the test says so.
class CrowdedSendTest : public ::testing::Test {
 protected:
  static store::StoreOptions Store() {
    store::StoreOptions options;
    options.flush_bytes_max = 8'192;
    return options;
  }
  // Sends until the store is full, and some more; answers that have come.
  void Fill() {
    for (int i = 0; i < 40; ++i)
      answers_.push_back(client_->Begin(SendRequest({.body = std::string(1'000, 'x')})));
    sim_.scheduler().RunFor(500);
  }
  int CountOf(ResponseCode code) const {
    return static_cast<int>(std::ranges::count_if(answers_, [code](const auto& answer) {
      return *answer != nullptr && (*answer)->code() == code;
    }));
  }

  SimBroker sim_{BrokerOptions(), Store()};
  std::unique_ptr<SimClient> client_ = sim_.Connect("client");
  std::vector<std::shared_ptr<Answered>> answers_;
};

TEST_F(CrowdedSendTest, WaitsUnstoredUntilTheDiskHasMadeRoomAndKeepsItsOrder) {
  Fill();
  const int stored = CountOf(ResponseCode::kSuccess);
  EXPECT_GT(stored, 10);
  EXPECT_LT(stored, 20);
  EXPECT_EQ(sim_.store().MaxOffset("orders", 0), QueueOffset(stored));
  EXPECT_EQ(sim_.broker().room().waiting(), static_cast<size_t>(40 - stored));
  EXPECT_EQ(client_->Invoke(PullRequestFor({}))->code(), ResponseCode::kSuccess) << "reads go on";
  for (int i = 0; i < 3; ++i) {
    sim_.RunStoreUpkeep();
    sim_.scheduler().RunFor(10);
  }
  EXPECT_EQ(CountOf(ResponseCode::kSuccess), 40);
  for (size_t i = 0; i < answers_.size(); ++i)
    EXPECT_EQ(FieldOf(**answers_[i], "queueOffset"), std::to_string(i));
}

TEST_F(CrowdedSendTest, IsRefusedUnstoredWhenTheDiskTakesTooLong) {
  Fill();
  const int stored = CountOf(ResponseCode::kSuccess);
  sim_.scheduler().RunFor(1'400);
  EXPECT_EQ(CountOf(ResponseCode::kSystemBusy), 0);
  sim_.scheduler().RunFor(200);
  EXPECT_EQ(CountOf(ResponseCode::kSystemBusy), 40 - stored);
  EXPECT_EQ(sim_.store().MaxOffset("orders", 0), QueueOffset(stored));
}

}  // namespace
}  // namespace pintle::broker
