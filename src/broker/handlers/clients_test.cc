// Heartbeats, groups, offsets and locks, as clients see them.
#include <gtest/gtest.h>

#include "broker/sim_broker_testing.h"
#include "remoting/bodies/heartbeat.h"
#include "remoting/bodies/lock_batch.h"
#include "remoting/bodies/name_list.h"
#include "remoting/protocol/get_consumer_list_by_group.h"
#include "remoting/protocol/get_max_offset.h"
#include "remoting/protocol/query_consumer_offset.h"
#include "remoting/protocol/search_offset_by_timestamp.h"
#include "remoting/protocol/unregister_client.h"
#include "remoting/protocol/update_consumer_offset.h"

namespace pintle::broker {
namespace {

namespace request_code = remoting::request_code;
using remoting::MakeRequest;
using remoting::ResponseCode;
using Names = std::vector<std::string>;

class ClientsTest : public ::testing::Test {
 protected:
  static remoting::Request HeartbeatOf(
      const std::string& client_id,
      remoting::MessageModel model = remoting::MessageModel::kClustering) {
    remoting::ConsumerData consumer;
    consumer.group = "readers";
    consumer.message_model = model;
    consumer.subscriptions.push_back(*model::Subscription::Parse("orders", "*", "TAG", 1));
    return {request_code::kHeartBeat,
            {},
            remoting::EncodeHeartbeat({client_id, {"writers"}, {consumer}})};
  }
  Names ClientIds() {
    const auto answer = one_->Invoke(MakeRequest(
        request_code::kGetConsumerListByGroup, remoting::GetConsumerListByGroupRequest{"readers"}));
    if (answer->code() != ResponseCode::kSuccess) return {};
    Names ids = *remoting::DecodeNameList(remoting::kConsumerIdList, answer->command.body);
    std::ranges::sort(ids);
    return ids;
  }
  Answered Commit(int64_t offset, const std::string& group = "readers",
                  const std::string& topic = "orders", int32_t queue_id = 0) {
    return one_->Invoke(
        MakeRequest(request_code::kUpdateConsumerOffset,
                    remoting::UpdateConsumerOffsetRequest{group, topic, queue_id, offset}));
  }
  Answered Query(std::optional<bool> zero = {}, int32_t queue_id = 0) {
    return one_->Invoke(
        MakeRequest(request_code::kQueryConsumerOffset,
                    remoting::QueryConsumerOffsetRequest{"readers", "orders", queue_id, zero}));
  }

  SimBroker sim_;
  std::unique_ptr<SimClient> one_ = sim_.Connect("one");
  std::unique_ptr<SimClient> two_ = sim_.Connect("two");
};

TEST_F(ClientsTest, AHeartbeatJoinsAGroupAndMakesItsRetryTopic) {
  const auto answer = one_->Invoke(HeartbeatOf("id-1"));
  ASSERT_EQ(answer->code(), ResponseCode::kSuccess) << answer->command.remark;
  EXPECT_EQ(FieldOf(*answer, "IS_SUPPORT_HEART_BEAT_V2"), "true");
  EXPECT_EQ(FieldOf(*answer, "IS_SUB_CHANGE"), "true");
  EXPECT_EQ(ClientIds(), Names{"id-1"});
  EXPECT_TRUE(sim_.broker().topics().Contains("%RETRY%readers"));
  EXPECT_TRUE(sim_.broker().groups().Find("readers") != nullptr);
}

TEST_F(ClientsTest, AGroupWithoutClientsIsAnErrorAsInRocketMq) {
  const auto answer = one_->Invoke(MakeRequest(request_code::kGetConsumerListByGroup,
                                               remoting::GetConsumerListByGroupRequest{"nobody"}));
  EXPECT_EQ(answer->code(), ResponseCode::kSystemError);
  EXPECT_EQ(answer->command.remark, "no consumer for this group, nobody");
}

TEST_F(ClientsTest, EveryMemberIsToldWhenTheGroupChanges) {
  one_->Invoke(HeartbeatOf("id-1"));
  one_->told.clear();
  two_->Invoke(HeartbeatOf("id-2"));
  sim_.scheduler().RunFor(100);
  EXPECT_EQ(one_->told, std::vector{request_code::kNotifyConsumerIdsChanged});
  EXPECT_EQ(two_->told, std::vector{request_code::kNotifyConsumerIdsChanged});
  EXPECT_EQ(ClientIds(), (Names{"id-1", "id-2"}));

  one_->told.clear();
  one_->Invoke(HeartbeatOf("id-1"));  // nothing new
  sim_.scheduler().RunFor(100);
  EXPECT_TRUE(one_->told.empty());
}

TEST_F(ClientsTest, BroadcastingMembersAreNotTold) {
  one_->Invoke(HeartbeatOf("id-1", remoting::MessageModel::kBroadcasting));
  two_->Invoke(HeartbeatOf("id-2", remoting::MessageModel::kBroadcasting));
  sim_.scheduler().RunFor(100);
  EXPECT_TRUE(one_->told.empty());
}

TEST_F(ClientsTest, AClosedConnectionLeavesAtOnce) {
  one_->Invoke(HeartbeatOf("id-1"));
  two_->Invoke(HeartbeatOf("id-2"));
  one_->told.clear();
  two_.reset();
  sim_.scheduler().RunFor(100);
  EXPECT_EQ(one_->told, std::vector{request_code::kNotifyConsumerIdsChanged});
  EXPECT_EQ(ClientIds(), Names{"id-1"});
}

TEST_F(ClientsTest, AClientThatLeavesIsNotAMemberAnyMore) {
  one_->Invoke(HeartbeatOf("id-1"));
  two_->Invoke(HeartbeatOf("id-2"));
  const auto left =
      two_->Invoke(MakeRequest(request_code::kUnregisterClient,
                               remoting::UnregisterClientRequest{"id-2", "writers", "readers"}));
  EXPECT_EQ(left->code(), ResponseCode::kSuccess);
  EXPECT_EQ(ClientIds(), Names{"id-1"});
}

TEST_F(ClientsTest, ASilentClientIsTakenOff) {
  one_->Invoke(HeartbeatOf("id-1"));
  two_->Invoke(HeartbeatOf("id-2"));
  for (int i = 0; i < 4; ++i) {
    sim_.scheduler().RunFor(40'000);
    one_->Invoke(HeartbeatOf("id-1"));
  }
  EXPECT_EQ(ClientIds(), Names{"id-1"});
}

TEST_F(ClientsTest, AHeartbeatThatIsNotJsonIsAnErrorAndNothingElse) {
  const auto answer = one_->Invoke({request_code::kHeartBeat, {}, "{\"clientID\":"});
  EXPECT_EQ(answer->code(), ResponseCode::kSystemError);
  EXPECT_EQ(one_->Invoke(HeartbeatOf("id-1"))->code(), ResponseCode::kSuccess);
}

TEST_F(ClientsTest, OffsetsAreKeptForGroupsAndTopicsThatExist) {
  one_->Invoke(SendRequest({}));
  const auto unknown = Commit(1);
  EXPECT_EQ(unknown->code(), ResponseCode::kSubscriptionGroupNotExist);
  EXPECT_EQ(unknown->command.remark, "Group readers not exist!");
  one_->Invoke(HeartbeatOf("id-1"));
  EXPECT_EQ(Commit(1, "readers", "absent")->code(), ResponseCode::kTopicNotExist);
  EXPECT_EQ(Commit(1, "readers", "orders", -1)->code(), ResponseCode::kInvalidParameter);
  EXPECT_EQ(Commit(1)->code(), ResponseCode::kSuccess);
  EXPECT_EQ(FieldOf(*Query(), "offset"), "1");
  sim_.Restart();
  EXPECT_EQ(FieldOf(*Query(), "offset"), "1");
}

TEST_F(ClientsTest, ANewGroupStartsAtTheFirstMessageOfAYoungQueue) {
  one_->Invoke(SendRequest({}));
  EXPECT_EQ(FieldOf(*Query(), "offset"), "0");
  const auto refused = Query(false);
  EXPECT_EQ(refused->code(), ResponseCode::kQueryNotFound);
  EXPECT_EQ(refused->command.remark, "Not found, do not set to zero, maybe this group boot first");
}

// A client that is left to decide asks for the end of the queue next, and a message that comes in
// between is behind it for ever.
TEST_F(ClientsTest, ANewGroupMissesNothingOfAQueueThatIsStillEmpty) {
  one_->Invoke(SendRequest({}));  // to queue 0
  EXPECT_EQ(FieldOf(*Query({}, 3), "offset"), "0");
  EXPECT_EQ(Query(false, 3)->code(), ResponseCode::kQueryNotFound);
}

TEST_F(ClientsTest, AQueueThatTheTopicDoesNotHaveHasNoStart) {
  one_->Invoke(SendRequest({}));
  EXPECT_EQ(Query({}, 4)->code(), ResponseCode::kQueryNotFound);
  EXPECT_EQ(Query({}, -1)->code(), ResponseCode::kQueryNotFound);
}

TEST_F(ClientsTest, ACommitIsIgnoredWhileAResetIsPending) {
  one_->Invoke(SendRequest({}));
  one_->Invoke(HeartbeatOf("id-1"));
  sim_.broker().offsets().Reset("orders", "readers", 0, QueueOffset(0), "a test");
  const auto answer = Commit(1);
  EXPECT_EQ(answer->code(), ResponseCode::kSuccess);
  EXPECT_EQ(answer->command.remark, "Offset has been previously reset");
  EXPECT_EQ(FieldOf(*Query(), "offset"), "0");
}

TEST_F(ClientsTest, QueueEndsAreTold) {
  one_->Invoke(SendRequest({}));
  one_->Invoke(SendRequest({}));
  const auto max = one_->Invoke(
      MakeRequest(request_code::kGetMaxOffset, remoting::GetMaxOffsetRequest{"orders", 0, true}));
  EXPECT_EQ(FieldOf(*max, "offset"), "2");
  const auto nowhere = one_->Invoke(
      MakeRequest(request_code::kGetMaxOffset, remoting::GetMaxOffsetRequest{"absent", 9, true}));
  EXPECT_EQ(FieldOf(*nowhere, "offset"), "0");
  const auto late =
      one_->Invoke(MakeRequest(request_code::kSearchOffsetByTimestamp,
                               remoting::SearchOffsetByTimestampRequest{
                                   "orders", 0, INT64_MAX, remoting::Boundary::kLower}));
  EXPECT_EQ(late->code(), ResponseCode::kSuccess);
  EXPECT_EQ(FieldOf(*late, "offset"), "2");
}

TEST_F(ClientsTest, LocksAreExclusive) {
  const std::vector<model::MessageQueue> queues = {{"orders", "broker-a", 0}};
  const auto lock = [&](SimClient& client, const std::string& id, int32_t code) {
    return client.Invoke({code, {}, remoting::EncodeLockBatch({id, "readers", queues, true})});
  };
  const auto first = lock(*one_, "id-1", request_code::kLockBatchMq);
  EXPECT_EQ(*remoting::DecodeLockedQueues(first->command.body), queues);
  const auto second = lock(*two_, "id-2", request_code::kLockBatchMq);
  EXPECT_EQ(second->code(), ResponseCode::kSuccess);
  EXPECT_TRUE(remoting::DecodeLockedQueues(second->command.body)->empty());
  lock(*one_, "id-1", request_code::kUnlockBatchMq);
  const auto third = lock(*two_, "id-2", request_code::kLockBatchMq);
  EXPECT_EQ(*remoting::DecodeLockedQueues(third->command.body), queues);
}

TEST_F(ClientsTest, AnUnknownCodeIsAnsweredAndTheConnectionGoesOn) {
  const auto answer = one_->Invoke({4711, {}, {}});
  EXPECT_EQ(answer->code(), ResponseCode::kRequestCodeNotSupported);
  EXPECT_TRUE(answer->command.remark.contains("4711"));
  EXPECT_EQ(one_->Invoke(HeartbeatOf("id-1"))->code(), ResponseCode::kSuccess);
}

}  // namespace
}  // namespace pintle::broker
