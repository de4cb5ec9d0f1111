#include "broker/handlers/pull_message.h"

#include <gtest/gtest.h>

#include "broker/sim_broker_testing.h"
#include "model/properties.h"
#include "remoting/bodies/heartbeat.h"

namespace pintle::broker {
namespace {

using remoting::ResponseCode;
using Bodies = std::vector<std::string>;

class PullMessageTest : public ::testing::Test {
 protected:
  void Send(std::string body, std::string tag = {}, int32_t queue_id = 0) {
    SentMessage message;
    message.body = std::move(body);
    message.queue_id = queue_id;
    if (!tag.empty()) message.properties = "TAGS\1" + tag + "\2";
    ASSERT_EQ(client_->Invoke(SendRequest(message))->code(), ResponseCode::kSuccess);
  }
  void Subscribe(const std::string& expression, int64_t version) {
    remoting::ConsumerData consumer;
    consumer.group = "readers";
    consumer.subscriptions.push_back(
        *model::Subscription::Parse("orders", expression, "TAG", version));
    const std::string body = remoting::EncodeHeartbeat({"client-id", {}, {consumer}});
    ASSERT_EQ(client_->Invoke({remoting::request_code::kHeartBeat, {}, body})->code(),
              ResponseCode::kSuccess);
  }

  SimBroker sim_;
  std::unique_ptr<SimClient> client_ = sim_.Connect("client");
};

TEST_F(PullMessageTest, GivesMessagesInOrderWithWhereToGoOn) {
  Send("one");
  Send("two");
  const auto answer = client_->Invoke(PullRequestFor({}));
  ASSERT_EQ(answer->code(), ResponseCode::kSuccess);
  EXPECT_EQ(answer->command.remark, "FOUND");
  EXPECT_EQ(BodiesOf(*answer), (Bodies{"one", "two"}));
  EXPECT_EQ(FieldOf(*answer, "suggestWhichBrokerId"), "0");
  EXPECT_EQ(FieldOf(*answer, "nextBeginOffset"), "2");
  EXPECT_EQ(FieldOf(*answer, "minOffset"), "0");
  EXPECT_EQ(FieldOf(*answer, "maxOffset"), "2");
  EXPECT_EQ(FieldOf(*answer, "topicSysFlag"), "0");
  EXPECT_EQ(FieldOf(*answer, "groupSysFlag"), "0");
}

TEST_F(PullMessageTest, GivesNoMoreThanAskedFor) {
  for (const char* body : {"a", "b", "c"}) Send(body);
  EXPECT_EQ(BodiesOf(*client_->Invoke(PullRequestFor({.messages_max = 2}))), (Bodies{"a", "b"}));
  EXPECT_EQ(BodiesOf(*client_->Invoke(PullRequestFor({.messages_max = 0}))), Bodies{"a"});
}

TEST_F(PullMessageTest, SaysWhatIsWrongWithAnOffset) {
  Send("one");
  const auto at_end = client_->Invoke(PullRequestFor({.offset = 1}));
  EXPECT_EQ(at_end->code(), ResponseCode::kPullNotFound);
  EXPECT_EQ(at_end->command.remark, "OFFSET_OVERFLOW_ONE");
  const auto beyond = client_->Invoke(PullRequestFor({.offset = 7}));
  EXPECT_EQ(beyond->code(), ResponseCode::kPullOffsetMoved);
  EXPECT_EQ(beyond->command.remark, "OFFSET_OVERFLOW_BADLY");
  EXPECT_EQ(FieldOf(*beyond, "nextBeginOffset"), "1");
  const auto below = client_->Invoke(PullRequestFor({.offset = -1}));
  EXPECT_EQ(below->code(), ResponseCode::kPullOffsetMoved);
  EXPECT_EQ(below->command.remark, "OFFSET_TOO_SMALL");
  EXPECT_EQ(FieldOf(*below, "nextBeginOffset"), "0");
}

TEST_F(PullMessageTest, AQueueThatNeverHadAMessageIsEmptyAtItsStartOnly) {
  Send("elsewhere");
  const auto start = client_->Invoke(PullRequestFor({.queue_id = 3}));
  EXPECT_EQ(start->code(), ResponseCode::kPullNotFound);
  EXPECT_EQ(start->command.remark, "NO_MESSAGE_IN_QUEUE");
  const auto later = client_->Invoke(PullRequestFor({.queue_id = 3, .offset = 5}));
  EXPECT_EQ(later->code(), ResponseCode::kPullOffsetMoved);
  EXPECT_EQ(FieldOf(*later, "nextBeginOffset"), "0");
}

TEST_F(PullMessageTest, FiltersByTagsAndPassesWhatDoesNotMatch) {
  Send("red", "red");
  Send("blue", "blue");
  Send("green", "green");
  const auto some = client_->Invoke(PullRequestFor({.expression = "red || green"}));
  EXPECT_EQ(BodiesOf(*some), (Bodies{"red", "green"}));
  const auto none = client_->Invoke(PullRequestFor({.expression = "black"}));
  EXPECT_EQ(none->code(), ResponseCode::kPullRetryImmediately);
  EXPECT_EQ(none->command.remark, "NO_MATCHED_MESSAGE");
  EXPECT_EQ(FieldOf(*none, "nextBeginOffset"), "3");
  EXPECT_EQ(client_->Invoke(PullRequestFor({.expression = "||"}))->code(),
            ResponseCode::kSubscriptionParseFailed);
}

TEST_F(PullMessageTest, HoldsAnEmptyPullUntilAMessageComes) {
  Send("first");
  const auto reader = sim_.Connect("reader");
  const auto answer = reader->Begin(PullRequestFor({.offset = 1, .suspend_ms = 15'000}));
  sim_.scheduler().RunFor(5'000);
  EXPECT_EQ(*answer, nullptr);
  EXPECT_EQ(sim_.broker().arrivals().held(), 1u);
  Send("second");
  sim_.scheduler().RunFor(100);
  ASSERT_NE(*answer, nullptr);
  EXPECT_EQ(BodiesOf(**answer), Bodies{"second"});
}

TEST_F(PullMessageTest, AHeldPullEndsEmptyAfterItsTime) {
  Send("first");
  const auto answer = client_->Begin(PullRequestFor({.offset = 1, .suspend_ms = 15'000}));
  sim_.scheduler().RunFor(14'900);
  EXPECT_EQ(*answer, nullptr);
  sim_.scheduler().RunFor(300);
  ASSERT_NE(*answer, nullptr);
  EXPECT_EQ((*answer)->code(), ResponseCode::kPullNotFound);
}

TEST_F(PullMessageTest, MessagesOfOtherTagsWakeNobodyAndArePassedInTheEnd) {
  Send("first", "red");
  const auto answer =
      client_->Begin(PullRequestFor({.offset = 1, .expression = "red", .suspend_ms = 10'000}));
  sim_.scheduler().RunFor(1'000);
  Send("second", "blue");
  sim_.scheduler().RunFor(1'000);
  EXPECT_EQ(*answer, nullptr);
  sim_.scheduler().RunFor(10'000);
  ASSERT_NE(*answer, nullptr);
  EXPECT_EQ((*answer)->code(), ResponseCode::kPullRetryImmediately);
  EXPECT_EQ(FieldOf(**answer, "nextBeginOffset"), "2");
}

TEST_F(PullMessageTest, OtherRequestsPassAHeldPull) {
  Send("first");
  const auto held = client_->Begin(PullRequestFor({.offset = 1, .suspend_ms = 15'000}));
  sim_.scheduler().RunFor(100);
  EXPECT_EQ(client_->Invoke(SendRequest({.topic = "other"}), 1'000)->code(),
            ResponseCode::kSuccess);
  EXPECT_EQ(*held, nullptr);
}

TEST_F(PullMessageTest, AClosedConnectionHoldsNothing) {
  Send("first");
  auto reader = sim_.Connect("reader");
  const auto held = reader->Begin(PullRequestFor({.offset = 1, .suspend_ms = 15'000}));
  sim_.scheduler().RunFor(100);
  EXPECT_EQ(sim_.broker().arrivals().held(), 1u);
  reader.reset();
  sim_.scheduler().RunFor(100);
  EXPECT_EQ(sim_.broker().arrivals().held(), 0u);
}

TEST_F(PullMessageTest, CommitsTheOffsetThatComesWithIt) {
  Send("one");
  client_->Invoke(PullRequestFor({.commit_offset = 1}));
  EXPECT_EQ(sim_.broker().offsets().Find("orders", "readers", 0), QueueOffset(1));
}

TEST_F(PullMessageTest, AHeldPullCommitsOnce) {
  Send("one");
  const auto held =
      client_->Begin(PullRequestFor({.offset = 1, .suspend_ms = 5'000, .commit_offset = 1}));
  sim_.scheduler().RunFor(100);
  sim_.broker().offsets().Commit("orders", "readers", 0, QueueOffset(9), "test");
  sim_.scheduler().RunFor(10'000);
  ASSERT_NE(*held, nullptr);
  EXPECT_EQ(sim_.broker().offsets().Find("orders", "readers", 0), QueueOffset(9));
}

TEST_F(PullMessageTest, IsSentWhereAnAdministratorWantsTheGroup) {
  Send("one");
  Send("two");
  sim_.broker().offsets().Reset("orders", "readers", 0, QueueOffset(1), "a test");
  const auto answer = client_->Invoke(PullRequestFor({}));
  EXPECT_EQ(answer->code(), ResponseCode::kPullOffsetMoved);
  EXPECT_EQ(answer->command.remark, "OFFSET_RESET");
  EXPECT_EQ(FieldOf(*answer, "nextBeginOffset"), "1");
  EXPECT_EQ(client_->Invoke(PullRequestFor({.offset = 1}))->code(), ResponseCode::kSuccess);
}

TEST_F(PullMessageTest, ReadsWhatTheGroupHasSubscribedTo) {
  Send("red", "red");
  Send("blue", "blue");
  remoting::Request request = PullRequestFor({});
  for (auto& [name, value] : request.fields) {
    if (name == "sysFlag") value = "0";
    if (name == "subVersion") value = "5";
  }
  EXPECT_EQ(client_->Invoke(request)->code(), ResponseCode::kSubscriptionNotExist);
  Subscribe("blue", 4);
  const auto stale = client_->Invoke(request);
  EXPECT_EQ(stale->code(), ResponseCode::kSubscriptionNotLatest);
  EXPECT_EQ(stale->command.remark, "the consumer's subscription not latest");
  Subscribe("blue", 5);
  EXPECT_EQ(BodiesOf(*client_->Invoke(request)), Bodies{"blue"});
}

TEST_F(PullMessageTest, RefusesAsRocketMqDoes) {
  Send("one");
  const auto missing = client_->Invoke(PullRequestFor({.topic = "absent"}));
  EXPECT_EQ(missing->code(), ResponseCode::kTopicNotExist);
  const auto queue = client_->Invoke(PullRequestFor({.queue_id = 77}));
  EXPECT_EQ(queue->code(), ResponseCode::kInvalidParameter);
  EXPECT_TRUE(queue->command.remark.starts_with(
      "queueId[77] is illegal, topic:[orders] topicConfig.readQueueNums:[4] consumer:[/"));
  const auto group = client_->Invoke(PullRequestFor({.group = "not a name"}));
  EXPECT_EQ(group->code(), ResponseCode::kSubscriptionGroupNotExist);

  model::TopicConfig write_only;
  write_only.name = "orders";
  write_only.read_queues = write_only.write_queues = 4;
  write_only.perm = model::kPermWrite;
  ASSERT_TRUE(sim_.broker().topics().Update(write_only));
  const auto forbidden = client_->Invoke(PullRequestFor({}));
  EXPECT_EQ(forbidden->code(), ResponseCode::kNoPermission);
  EXPECT_EQ(forbidden->command.remark, "the topic[orders] pulling message is forbidden");
  EXPECT_EQ(FieldOf(*forbidden, "forbiddenType"), "3");
}

TEST_F(PullMessageTest, IsNotServedOnTheVipPort) {
  Send("one");
  const auto pulled = client_->Invoke(PullRequestFor({}), 1'000, SimClient::kVipPort);
  EXPECT_EQ(pulled->code(), ResponseCode::kRequestCodeNotSupported);
  const auto sent = client_->Invoke(SendRequest({}), 1'000, SimClient::kVipPort);
  EXPECT_EQ(sent->code(), ResponseCode::kSuccess);
}

TEST_F(PullMessageTest, MessagesAreStillThereAfterARestart) {
  Send("one");
  sim_.Restart();
  EXPECT_EQ(BodiesOf(*client_->Invoke(PullRequestFor({}))), Bodies{"one"});
}

TEST(PullHintTest, WhoLagsBehindIsSentToTheBrokerThatItsGroupNames) {
  for (const bool slave_read : {false, true}) {
    BrokerOptions options;
    options.slave_read = slave_read;
    store::StoreOptions store_options;
    store_options.segment_bytes = 16 << 20;
    SimBroker sim(options, store_options);
    const auto client = sim.Connect("client");
    model::SubscriptionGroupConfig group;
    group.name = "readers";
    group.broker_id = 4;
    group.which_broker_when_consume_slowly = 7;
    ASSERT_TRUE(sim.broker().groups().Update(group));
    const std::string body(4 << 20, 'x');
    for (int i = 0; i < 20; ++i) {
      ASSERT_EQ(client->Invoke(SendRequest({.body = body}))->code(), ResponseCode::kSuccess);
      sim.RunStoreUpkeep();
    }
    sim.fs().SetCold(true);
    const auto hint = [&](int64_t offset) {
      return FieldOf(*client->Invoke(PullRequestFor({.offset = offset, .messages_max = 1})),
                     "suggestWhichBrokerId");
    };
    EXPECT_EQ(hint(19), slave_read ? "4" : "0");
    EXPECT_EQ(hint(0), slave_read ? "7" : "0");
  }
}

}  // namespace
}  // namespace pintle::broker
