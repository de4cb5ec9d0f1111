#include "model/topic.h"

#include <gtest/gtest.h>

namespace pintle::model {
namespace {

TEST(TopicTest, NamesOfDerivedTopics) {
  EXPECT_EQ(RetryTopicOf("g"), "%RETRY%g");
  EXPECT_EQ(DlqTopicOf("g"), "%DLQ%g");
  EXPECT_TRUE(IsRetryTopic("%RETRY%g"));
  EXPECT_FALSE(IsRetryTopic("%DLQ%g"));
  EXPECT_TRUE(IsDlqTopic("%DLQ%g"));
}

TEST(TopicTest, SystemTopicsAreKept) {
  for (auto name : {"TBW102", "BenchmarkTest", "RMQ_SYS_TRACE_TOPIC", "CHECKPOINT_TOPIC",
                    "rmq_sys_wheel_timer", "SCHEDULE_TOPIC_XXXX"})
    EXPECT_TRUE(IsSystemTopic(name)) << name;
  EXPECT_FALSE(IsSystemTopic("orders"));
  EXPECT_TRUE(IsSendForbidden("RMQ_SYS_TRANS_HALF_TOPIC"));
  EXPECT_FALSE(IsSendForbidden("BenchmarkTest"));
}

TEST(TopicTest, LimitsDependOnTheKindOfName) {
  EXPECT_TRUE(ValidateTopicName(std::string(127, 'a')));
  EXPECT_FALSE(ValidateTopicName(std::string(128, 'a')));
  EXPECT_TRUE(ValidateTopicName("%RETRY%" + std::string(248, 'a')));
  EXPECT_FALSE(ValidateTopicName("%RETRY%" + std::string(249, 'a')));
  EXPECT_TRUE(ValidateGroupName(std::string(120, 'g')));
  EXPECT_FALSE(ValidateGroupName(std::string(121, 'g')));
}

TEST(TopicTest, NamesTheOffendingCharacter) {
  EXPECT_TRUE(ValidateTopicName("aZ09%|_-"));
  for (auto name : {"", "a b", "a/b", "..", "a\n", "t\xC3\xA9"})
    EXPECT_FALSE(ValidateTopicName(name)) << name;
  auto bad = ValidateTopicName("ab.c");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(bad.error().message.find("0x2e at position 2"), std::string::npos);
}

}  // namespace
}  // namespace pintle::model
