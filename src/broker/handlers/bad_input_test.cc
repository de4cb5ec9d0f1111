// Requests that say too little, too much, or what is not so: each is refused by itself, nothing else
// changes, and the connection goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/sim_broker_testing.h"
#include "remoting/bodies/lock_batch.h"

namespace pintle::broker {
namespace {

using remoting::FieldList;
using remoting::ResponseCode;
namespace code = remoting::request_code;

class BadInputTest : public ::testing::Test {
 protected:
  BadInputTest() { client_->Invoke(SendRequest({})); }
  ~BadInputTest() override {
    EXPECT_EQ(client_->Invoke(SendRequest({}))->code(), ResponseCode::kSuccess)
        << "the connection goes on";
  }

  Answered Ask(int32_t request, FieldList fields, std::string body = {}) {
    return client_->Invoke({request, std::move(fields), std::move(body)});
  }
  std::vector<model::MessageQueue> Lock(const std::string& body,
                                        int32_t request = code::kLockBatchMq) {
    const auto answer = Ask(request, {}, body);
    EXPECT_EQ(answer->code(), ResponseCode::kSuccess) << answer->command.remark;
    const auto held = remoting::DecodeLockedQueues(answer->command.body);
    return held ? *held : std::vector<model::MessageQueue>();
  }
  static std::string LockBody(const std::string& client, const std::string& topic, int32_t queue) {
    return remoting::EncodeLockBatch({client, "readers", {{topic, "broker-a", queue}}, false});
  }

  SimBroker sim_;
  std::unique_ptr<SimClient> client_ = sim_.Connect("client");
};

TEST_F(BadInputTest, LocksThatNameNobody) {
  for (const char* body :
       {"", "null", "[]", "{", "{}", R"({"clientId":null,"consumerGroup":"readers","mqSet":[]})",
        R"({"clientId":"id-1","mqSet":[{"topic":"orders","brokerName":"broker-a","queueId":0}]})",
        R"({"clientId":"","consumerGroup":"","mqSet":null})"}) {
    EXPECT_EQ(Ask(code::kLockBatchMq, {}, body)->code(), ResponseCode::kSystemError) << body;
    EXPECT_EQ(Ask(code::kUnlockBatchMq, {}, body)->code(), ResponseCode::kSystemError) << body;
  }
  EXPECT_FALSE(sim_.broker().queue_locks().AnyHeld("readers"));
}

TEST_F(BadInputTest, LocksOfNothing) {
  EXPECT_TRUE(Lock(R"({"clientId":"id-1","consumerGroup":"readers","mqSet":null})").empty());
  EXPECT_TRUE(Lock(R"({"clientId":"id-1","consumerGroup":"readers"})").empty());
  EXPECT_FALSE(sim_.broker().queue_locks().AnyHeld("readers"));
}

// As in RocketMQ, which does not look whether a queue is there: it excludes nobody from another.
TEST_F(BadInputTest, ALockOfAQueueThatDoesNotExist) {
  EXPECT_EQ(Lock(LockBody("id-1", "absent", 7)).size(), 1u);
  EXPECT_EQ(Lock(LockBody("id-1", "orders", -1)).size(), 1u);
  EXPECT_EQ(Lock(LockBody("id-1", "orders", INT32_MAX)).size(), 1u);
  EXPECT_TRUE(Lock(LockBody("id-2", "absent", 7)).empty());
  EXPECT_EQ(Lock(LockBody("id-2", "orders", 0)).size(), 1u);
  EXPECT_FALSE(sim_.broker().topics().Contains("absent"));
}

TEST_F(BadInputTest, AForeignClientUnlocksNothing) {
  ASSERT_EQ(Lock(LockBody("id-1", "orders", 0)).size(), 1u);
  Ask(code::kUnlockBatchMq, {}, LockBody("id-2", "orders", 0));
  EXPECT_TRUE(Lock(LockBody("id-2", "orders", 0)).empty());
  Ask(code::kUnlockBatchMq, {}, remoting::EncodeLockBatch({"id-1", "others", {}, false}));
  EXPECT_TRUE(Lock(LockBody("id-2", "orders", 0)).empty());
}

// Numbers that are none, or do not fit; each field on its own, all others as they should be.
TEST_F(BadInputTest, FieldsThatAreMissingOrDoNotFit) {
  struct Case {
    int32_t request;
    FieldList fields;
    std::vector<std::string> numbers;
  };
  const Case cases[] = {
      {code::kUpdateAndCreateTopic,
       {{"topic", "other"},
        {"defaultTopic", "TBW102"},
        {"readQueueNums", "4"},
        {"writeQueueNums", "4"},
        {"perm", "6"},
        {"topicFilterType", "SINGLE_TAG"}},
       {"readQueueNums", "writeQueueNums", "perm"}},
      {code::kConsumerSendMsgBack,
       {{"offset", "0"}, {"group", "readers"}, {"delayLevel", "1"}},
       {"offset", "delayLevel"}},
      {code::kEndTransaction,
       {{"producerGroup", "writers"},
        {"tranStateTableOffset", "0"},
        {"commitLogOffset", "0"},
        {"commitOrRollback", "8"}},
       {"tranStateTableOffset", "commitLogOffset", "commitOrRollback"}},
  };
  for (const Case& one : cases) {
    for (const std::string& name : one.numbers) {
      for (const char* value : {"", "x", "99999999999999999999", "-99999999999999999999", "1.5"}) {
        FieldList fields = one.fields;
        for (auto& [key, text] : fields)
          if (key == name) text = value;
        EXPECT_EQ(Ask(one.request, fields)->code(), ResponseCode::kSystemError)
            << one.request << " " << name << "=" << value;
      }
      FieldList fields = one.fields;
      std::erase_if(fields, [&](const auto& field) { return field.first == name; });
      EXPECT_NE(Ask(one.request, fields)->code(), ResponseCode::kSuccess)
          << one.request << " without " << name;
    }
  }
  EXPECT_FALSE(sim_.broker().topics().Contains("other"));
}

TEST_F(BadInputTest, GroupsAndClientsThatAreNotThere) {
  EXPECT_EQ(Ask(code::kGetConsumerListByGroup, {{"consumerGroup", "nobody"}})->code(),
            ResponseCode::kSystemError);
  EXPECT_EQ(Ask(code::kGetConsumerRunningInfo,
                {{"consumerGroup", "nobody"}, {"clientId", "id-9"}, {"jstackEnable", "false"}})
                ->code(),
            ResponseCode::kSystemError);
  EXPECT_EQ(Ask(code::kUpdateConsumerOffset, {{"consumerGroup", "nobody"},
                                              {"topic", "orders"},
                                              {"queueId", "0"},
                                              {"commitOffset", "1"}})
                ->code(),
            ResponseCode::kSubscriptionGroupNotExist);
  EXPECT_EQ(Ask(code::kUnregisterClient,
                {{"clientID", "id-9"}, {"consumerGroup", "nobody"}, {"producerGroup", "nobody"}})
                ->code(),
            ResponseCode::kSuccess)
      << "leaving twice is no fault";
}

}  // namespace
}  // namespace pintle::broker
