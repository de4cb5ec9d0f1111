// Groups that are moved by hand, and requests that a broker passes on to consumers.
#include "remoting/bodies/reset_offset.h"

#include <gtest/gtest.h>

#include "broker/sim_broker_testing.h"
#include "remoting/bodies/consumer_status.h"
#include "remoting/bodies/heartbeat.h"
#include "remoting/protocol/clone_group_offset.h"
#include "remoting/protocol/consume_message_directly.h"
#include "remoting/protocol/get_consumer_running_info.h"
#include "remoting/protocol/get_consumer_status_from_client.h"
#include "remoting/protocol/query_consumer_offset.h"
#include "remoting/protocol/reset_consumer_client_offset.h"
#include "remoting/protocol/update_consumer_offset.h"

namespace pintle::broker {
namespace {

namespace request_code = remoting::request_code;
using model::QueueOffset;
using remoting::MakeRequest;
using remoting::ResponseCode;

class ResetOffsetTest : public ::testing::Test {
 protected:
  explicit ResetOffsetTest(BrokerOptions options = {}) : sim_(std::move(options)) {
    for (int i = 0; i < 5; ++i) {
      times_.push_back(sim_.scheduler().clock().WallMs());
      client_->Invoke(SendRequest({.body = std::to_string(i)}));
      sim_.scheduler().RunFor(1'000);
    }
    Beat(*client_, "id-1");
    Commit(3);
  }

  static void Beat(SimClient& client, const std::string& id) {
    remoting::ConsumerData consumer;
    consumer.group = "readers";
    consumer.subscriptions.push_back(*model::Subscription::Parse("orders", "*", "TAG", 1));
    client.Invoke({request_code::kHeartBeat, {}, remoting::EncodeHeartbeat({id, {}, {consumer}})});
  }
  Answered Commit(int64_t offset) {
    return client_->Invoke(
        MakeRequest(request_code::kUpdateConsumerOffset,
                    remoting::UpdateConsumerOffsetRequest{"readers", "orders", 0, offset}));
  }
  std::string Committed(const std::string& group = "readers") {
    return FieldOf(
        *client_->Invoke(MakeRequest(request_code::kQueryConsumerOffset,
                                     remoting::QueryConsumerOffsetRequest{group, "orders", 0, {}})),
        "offset");
  }
  struct Reset {
    int64_t timestamp = -1;
    int32_t queue_id = -1;
    std::optional<int64_t> offset = {};
    std::string topic = "orders";
    std::string group = "readers";
    bool force = true;
  };
  Answered Invoke(const Reset& reset) {
    remoting::ResetConsumerClientOffsetRequest fields;
    fields.topic = reset.topic;
    fields.group = reset.group;
    fields.timestamp = reset.timestamp;
    fields.queue_id = reset.queue_id;
    fields.offset = reset.offset;
    fields.force = reset.force;
    return admin_->Invoke(MakeRequest(request_code::kInvokeBrokerToResetOffset, fields));
  }
  static int64_t OffsetIn(const remoting::OwnedCommand& answer, int32_t queue_id) {
    const auto offsets = remoting::DecodeResetOffset(answer.command.body);
    EXPECT_TRUE(offsets);
    if (!offsets) return -1;
    const auto found = offsets->find({"orders", "broker-a", queue_id});
    return found == offsets->end() ? -1 : found->second;
  }

  SimBroker sim_;
  std::unique_ptr<SimClient> client_ = sim_.Connect("client");
  std::unique_ptr<SimClient> admin_ = sim_.Connect("admin");
  std::vector<int64_t> times_;
};

TEST_F(ResetOffsetTest, ByTimeTakesEffectWithTheNextPull) {
  const auto answer = Invoke({.timestamp = times_[1]});
  ASSERT_EQ(answer->code(), ResponseCode::kSuccess) << answer->command.remark;
  EXPECT_EQ(OffsetIn(*answer, 0), 1);
  EXPECT_EQ(OffsetIn(*answer, 3), 0);
  EXPECT_EQ(Committed(), "1");
  // What the consumer is still at work on must not move it away again.
  EXPECT_EQ(Commit(4)->command.remark, "Offset has been previously reset");
  const auto moved = client_->Invoke(PullRequestFor({.offset = 3}));
  EXPECT_EQ(moved->code(), ResponseCode::kPullOffsetMoved);
  EXPECT_EQ(FieldOf(*moved, "nextBeginOffset"), "1");
  EXPECT_EQ(BodiesOf(*client_->Invoke(PullRequestFor({.offset = 1}))).size(), 4u);
  Commit(4);
  EXPECT_EQ(Committed(), "4");
}

TEST_F(ResetOffsetTest, WakesAPullThatWaitsAtTheOldEnd) {
  const auto waiting = client_->Begin(PullRequestFor({.offset = 5, .suspend_ms = 15'000}));
  sim_.scheduler().RunFor(100);
  ASSERT_EQ(*waiting, nullptr);
  Invoke({.timestamp = 0});
  sim_.scheduler().RunFor(100);
  ASSERT_NE(*waiting, nullptr);
  EXPECT_EQ((*waiting)->code(), ResponseCode::kPullOffsetMoved);
}

TEST_F(ResetOffsetTest, ToTheEndSkipsWhatGathered) {
  const auto answer = Invoke({.timestamp = -1});
  EXPECT_EQ(OffsetIn(*answer, 0), 5);
  EXPECT_EQ(Committed(), "5");
}

TEST_F(ResetOffsetTest, OneQueueToAValue) {
  EXPECT_EQ(OffsetIn(*Invoke({.queue_id = 0, .offset = 2}), 0), 2);
  EXPECT_EQ(Committed(), "2");
  const auto beyond = Invoke({.queue_id = 0, .offset = 7});
  EXPECT_EQ(beyond->code(), ResponseCode::kSystemError);
  EXPECT_EQ(beyond->command.remark, "Target offset 7 not in consume queue range [0-5]");
  EXPECT_EQ(Committed(), "2");
}

TEST_F(ResetOffsetTest, RefusesWhatIsNotThere) {
  EXPECT_EQ(Invoke({.topic = "absent"})->code(), ResponseCode::kTopicNotExist);
  EXPECT_EQ(Invoke({.group = "absent"})->code(), ResponseCode::kSubscriptionGroupNotExist);
  EXPECT_NE(Invoke({.queue_id = 99, .offset = 0})->code(), ResponseCode::kSuccess);
  EXPECT_NE(Invoke({.queue_id = INT32_MAX})->code(), ResponseCode::kSuccess);
  EXPECT_NE(Invoke({.queue_id = 0, .offset = INT64_MIN})->code(), ResponseCode::kSuccess);
  EXPECT_NE(admin_->Invoke({request_code::kInvokeBrokerToResetOffset, {}, ""})->code(),
            ResponseCode::kSuccess);
  EXPECT_EQ(Committed(), "3");
}

class ClientResetTest : public ResetOffsetTest {
 protected:
  static BrokerOptions Options() {
    BrokerOptions options;
    options.server_side_reset = false;
    return options;
  }
  ClientResetTest() : ResetOffsetTest(Options()) {
    for (int32_t id = 1; id < 4; ++id) {
      client_->Invoke(
          MakeRequest(request_code::kUpdateConsumerOffset,
                      remoting::UpdateConsumerOffsetRequest{"readers", "orders", id, 0}));
    }
  }
};

TEST_F(ClientResetTest, ConsumersAreToldWhereToGo) {
  remoting::QueueOffsets told;
  client_->answering = [&](const remoting::ServerRequest& request) {
    if (request.head.code == request_code::kResetConsumerClientOffset)
      told = *remoting::DecodeResetOffset(AsBytes(std::string_view(request.body)));
    return remoting::ServerRequestAnswer();
  };
  EXPECT_EQ(Invoke({.timestamp = times_[1]})->code(), ResponseCode::kSuccess);
  sim_.scheduler().RunFor(100);
  EXPECT_EQ((told[{"orders", "broker-a", 0}]), 1);
  EXPECT_EQ(Committed(), "3");  // the consumer commits what it has been told
  // Without force nobody is sent forward.
  EXPECT_EQ(OffsetIn(*Invoke({.timestamp = -1, .force = false}), 0), 3);
  EXPECT_EQ(OffsetIn(*Invoke({.timestamp = -1}), 0), 5);
  client_->answering = nullptr;
}

TEST_F(ClientResetTest, NobodyThereIsToldSo) {
  client_.reset();
  sim_.scheduler().RunFor(100);
  EXPECT_EQ(Invoke({.timestamp = 0})->code(), ResponseCode::kConsumerNotOnline);
}

TEST_F(ResetOffsetTest, AGroupGetsTheOffsetsOfAnother) {
  remoting::CloneGroupOffsetRequest fields;
  fields.src_group = "readers";
  fields.dest_group = "others";
  fields.topic = "orders";
  EXPECT_EQ(admin_->Invoke(MakeRequest(request_code::kCloneGroupOffset, fields))->code(),
            ResponseCode::kSuccess);
  EXPECT_EQ(Committed("others"), "3");
}

TEST_F(ResetOffsetTest, PassesQuestionsOnToTheConsumerThatIsNamed) {
  client_->answering = [](const remoting::ServerRequest& request) {
    remoting::ServerRequestAnswer answer;
    answer.body = request.head.code == request_code::kConsumeMessageDirectly
                      ? std::string(request.body)
                      : "running";
    return answer;
  };
  remoting::GetConsumerRunningInfoRequest info;
  info.consumer_group = "readers";
  info.client_id = "id-1";
  const auto told = admin_->Invoke(MakeRequest(request_code::kGetConsumerRunningInfo, info));
  EXPECT_EQ(told->code(), ResponseCode::kSuccess);
  EXPECT_EQ(AsText(told->command.body), "running");
  info.client_id = "id-2";
  const auto absent = admin_->Invoke(MakeRequest(request_code::kGetConsumerRunningInfo, info));
  EXPECT_EQ(absent->code(), ResponseCode::kSystemError);
  EXPECT_EQ(absent->command.remark, "The Consumer <readers> <id-2> not online");

  const auto sent = client_->Invoke(SendRequest({.body = "again"}));
  remoting::ConsumeMessageDirectlyRequest direct;
  direct.consumer_group = "readers";
  direct.client_id = "id-1";
  direct.topic = "orders";
  direct.msg_id = FieldOf(*sent, "msgId");
  const auto consumed = admin_->Invoke(MakeRequest(request_code::kConsumeMessageDirectly, direct));
  ASSERT_EQ(consumed->code(), ResponseCode::kSuccess);
  EXPECT_EQ(BodiesOf(*consumed), std::vector<std::string>{"again"});
  for (const std::string_view id : {"", "x", "7F00000100002A9F00000000FFFFFFFF"}) {
    direct.msg_id = id;
    EXPECT_EQ(admin_->Invoke(MakeRequest(request_code::kConsumeMessageDirectly, direct))->code(),
              ResponseCode::kSystemError)
        << id;
  }
}

TEST_F(ResetOffsetTest, AsksConsumersHowFarTheyAre) {
  client_->answering = [](const remoting::ServerRequest&) {
    remoting::ServerRequestAnswer answer;
    answer.body = remoting::EncodeConsumerStatus({{}, {{{"orders", "broker-a", 0}, 3}}});
    return answer;
  };
  remoting::GetConsumerStatusFromClientRequest fields;
  fields.topic = "orders";
  fields.group = "readers";
  const auto answer =
      admin_->Invoke(MakeRequest(request_code::kInvokeBrokerToGetConsumerStatus, fields));
  const auto status = remoting::DecodeConsumerStatus(answer->command.body);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->consumers.at("id-1").at({"orders", "broker-a", 0}), 3);
  fields.group = "nobody";
  EXPECT_EQ(
      admin_->Invoke(MakeRequest(request_code::kInvokeBrokerToGetConsumerStatus, fields))->code(),
      ResponseCode::kSystemError);
}

TEST_F(ResetOffsetTest, MembersThatWantDifferentThingsAreNamed) {
  EXPECT_TRUE(sim_.broker().clients().Conflicts().empty());
  auto other = sim_.Connect("other");
  remoting::ConsumerData consumer;
  consumer.group = "readers";
  consumer.subscriptions.push_back(*model::Subscription::Parse("orders", "a", "TAG", 2));
  other->Invoke(
      {request_code::kHeartBeat, {}, remoting::EncodeHeartbeat({"id-2", {}, {consumer}})});
  const auto conflicts = sim_.broker().clients().Conflicts();
  ASSERT_TRUE(conflicts.contains("readers"));
  EXPECT_EQ(conflicts.at("readers"),
            "id-2 and id-1 want different things: topic orders: 'a' and '*'");
  Beat(*other, "id-2");
  EXPECT_TRUE(sim_.broker().clients().Conflicts().empty());
}

}  // namespace
}  // namespace pintle::broker
