#include "broker/handlers/send_reply_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/sim_broker_testing.h"
#include "remoting/bodies/heartbeat.h"

namespace pintle::broker {
namespace {

namespace request_code = remoting::request_code;
using remoting::ResponseCode;
using ::testing::Contains;
using ::testing::HasSubstr;

constexpr char kReplyTopic[] = "DefaultCluster_REPLY_TOPIC";

class SendReplyMessageTest : public ::testing::Test {
 protected:
  explicit SendReplyMessageTest(BrokerOptions options = {}) : sim_(std::move(options)) {
    asker_ = sim_.Connect("asker");
    replier_ = sim_.Connect("replier");
    const auto joined = asker_->Invoke(
        {request_code::kHeartBeat, {}, remoting::EncodeHeartbeat({"asker@1", {"askers"}, {}})});
    EXPECT_EQ(joined->code(), ResponseCode::kSuccess);
  }

  static remoting::Request ReplyTo(const std::string& client_id, const std::string& body = "42") {
    std::string properties = "CORRELATION_ID\x01c-1\x02";
    if (!client_id.empty()) properties += "REPLY_TO_CLIENT\x01" + client_id + "\x02";
    remoting::Request request =
        SendRequest({.topic = kReplyTopic, .body = body, .properties = properties});
    request.code = request_code::kSendReplyMessageV2;
    return request;
  }

  SimBroker sim_;
  std::unique_ptr<SimClient> asker_;
  std::unique_ptr<SimClient> replier_;
};

TEST_F(SendReplyMessageTest, ReachesWhoAskedAndIsStored) {
  const auto answer = replier_->Invoke(ReplyTo("asker@1"));
  EXPECT_EQ(answer->code(), ResponseCode::kSuccess) << answer->command.remark;
  EXPECT_EQ(FieldOf(*answer, "queueOffset"), "0");
  EXPECT_THAT(asker_->told, Contains(request_code::kPushReplyMessageToClient));
  const auto kept = replier_->Invoke(PullRequestFor({.topic = kReplyTopic}));
  EXPECT_EQ(BodiesOf(*kept), std::vector<std::string>{"42"});
}

TEST_F(SendReplyMessageTest, WithoutAnAskerIsAnError) {
  const auto nobody = replier_->Invoke(ReplyTo(""));
  EXPECT_EQ(nobody->code(), ResponseCode::kSystemError);
  EXPECT_EQ(nobody->command.remark, "reply message properties[REPLY_TO_CLIENT] is null");
  const auto stranger = replier_->Invoke(ReplyTo("stranger@2"));
  EXPECT_EQ(stranger->code(), ResponseCode::kSystemError);
  EXPECT_EQ(stranger->command.remark,
            "push reply message fail, channel of <stranger@2> not found.");
  asker_.reset();
  sim_.scheduler().RunFor(100);
  const auto gone = replier_->Invoke(ReplyTo("asker@1"));
  EXPECT_EQ(gone->code(), ResponseCode::kSystemError);
  EXPECT_THAT(std::string(gone->command.remark), HasSubstr("asker@1"));
}

TEST_F(SendReplyMessageTest, AnIllegalMessageIsRefused) {
  const auto empty = replier_->Invoke(ReplyTo("asker@1", ""));
  EXPECT_EQ(empty->code(), ResponseCode::kMessageIllegal);
  EXPECT_TRUE(asker_->told.empty());
}

class UnstoredReplyTest : public SendReplyMessageTest {
 protected:
  static BrokerOptions Unstored() {
    BrokerOptions options;
    options.store_replies = false;
    return options;
  }
  UnstoredReplyTest() : SendReplyMessageTest(Unstored()) {}
};

TEST_F(UnstoredReplyTest, ReachesWhoAskedAllTheSame) {
  const auto answer = replier_->Invoke(ReplyTo("asker@1"));
  EXPECT_EQ(answer->code(), ResponseCode::kSuccess) << answer->command.remark;
  EXPECT_EQ(FieldOf(*answer, "msgId"), "0");
  EXPECT_THAT(asker_->told, Contains(request_code::kPushReplyMessageToClient));
  EXPECT_EQ(sim_.store().MaxOffset(kReplyTopic, 0), model::QueueOffset(0));
}

}  // namespace
}  // namespace pintle::broker
