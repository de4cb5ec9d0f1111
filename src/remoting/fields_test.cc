#include "remoting/fields.h"

#include <gtest/gtest.h>

#include "remoting/protocol/pull_message.h"
#include "remoting/protocol/query_consumer_offset.h"
#include "remoting/protocol/search_offset_by_timestamp.h"
#include "remoting/protocol/send_message.h"
#include "remoting/protocol/update_and_create_topic.h"

namespace pintle::remoting {
namespace {

template <typename Struct>
Result<Struct> Decode(std::vector<Field> fields) {
  Struct out;
  PINTLE_TRY(DecodeFields(std::span<const Field>(fields), out));
  return out;
}

TEST(FieldsTest, ReadsTypesByName) {
  const auto pull = Decode<PullMessageRequest>({{"queueOffset", "9007199254740993"},
                                                {"topic", "t"},
                                                {"consumerGroup", "g"},
                                                {"queueId", "3"},
                                                {"maxMsgNums", "32"},
                                                {"nobodyKnows", "x"},
                                                {"maxMsgBytes", "7"}});
  ASSERT_TRUE(pull) << pull.error().message;
  EXPECT_EQ(pull->topic, "t");
  EXPECT_EQ(pull->queue_offset, 9007199254740993);
  EXPECT_EQ(pull->queue_id, 3);
  EXPECT_EQ(pull->max_bytes, 7);
  EXPECT_FALSE(pull->request_source);
}

TEST(FieldsTest, NamesTheMissingField) {
  const auto pull = Decode<PullMessageRequest>({{"topic", "t"}});
  ASSERT_FALSE(pull);
  EXPECT_EQ(pull.error().message, "the custom field <consumerGroup> is null");
}

TEST(FieldsTest, LastOfEqualNamesCounts) {
  EXPECT_EQ(Decode<SendMessageRequest>(
                {{"b", "x"}, {"e", "1"}, {"f", "0"}, {"g", "0"}, {"h", "0"}, {"b", "y"}})
                ->topic,
            "y");
}

// RocketMQ's reflection-decoded headers log what they cannot read and go on; its fast ones do not.
TEST(FieldsTest, StrictOnlyWhereRocketMqIs) {
  const auto send = Decode<SendMessageRequest>(
      {{"b", "t"}, {"e", "1"}, {"f", "0"}, {"g", "0"}, {"h", "0"}, {"j", "often"}});
  ASSERT_FALSE(send);
  EXPECT_EQ(send.error().message, "the custom field <j> cannot be \"often\"");
  const auto send_long = Decode<SendMessageLongRequest>({{"topic", "t"},
                                                         {"queueId", "1"},
                                                         {"sysFlag", "0"},
                                                         {"bornTimestamp", "0"},
                                                         {"flag", "0"},
                                                         {"reconsumeTimes", "often"}});
  ASSERT_TRUE(send_long);
  EXPECT_EQ(send_long->reconsume_times, 0);
  EXPECT_FALSE(Decode<SendMessageLongRequest>({{"topic", "t"}, {"queueId", "one"}}));
}

TEST(FieldsTest, NumbersAreWhatJavaParses) {
  int32_t number = 0;
  for (const char* good : {"0", "+5", "-5", "2147483647", "-2147483648", "007"})
    EXPECT_TRUE(ParseFieldText(good, number)) << good;
  for (const char* bad : {"", "+", "-", "+-5", " 5", "5 ", "5.0", "2147483648", "0x5", "五"})
    EXPECT_FALSE(ParseFieldText(bad, number)) << bad;
}

TEST(FieldsTest, AllButTrueIsFalse) {
  bool value = false;
  EXPECT_TRUE(ParseFieldText("TRUE", value));
  EXPECT_TRUE(value);
  EXPECT_TRUE(ParseFieldText("yes", value));
  EXPECT_FALSE(value);
}

TEST(FieldsTest, EnumsByNameInAnyCase) {
  const auto search = Decode<SearchOffsetByTimestampRequest>(
      {{"topic", "t"}, {"queueId", "0"}, {"timestamp", "5"}, {"boundaryType", "upper"}});
  ASSERT_TRUE(search);
  EXPECT_EQ(search->boundary_type, Boundary::kUpper);
  FieldList fields = ToFieldList(*search);
  EXPECT_EQ(fields.back(), (std::pair<std::string, std::string>("boundaryType", "UPPER")));
}

TEST(FieldsTest, LeavesOutWhatIsAbsent) {
  UpdateAndCreateTopicRequest topic;
  topic.topic = "t";
  topic.read_queues = 4;
  const FieldList expected = {{"topic", "t"},
                              {"readQueueNums", "4"},
                              {"writeQueueNums", "0"},
                              {"perm", "0"},
                              {"topicFilterType", "SINGLE_TAG"},
                              {"topicSysFlag", "0"},
                              {"order", "false"},
                              {"force", "false"}};
  EXPECT_EQ(ToFieldList(topic), expected);

  QueryConsumerOffsetRequest query;
  EXPECT_EQ(ToFieldList(query).size(), 3u);
  query.set_zero_if_not_found = false;
  EXPECT_EQ(ToFieldList(query).back().second, "false");
}

TEST(FieldsTest, BoundIsNeverLessThanTheTexts) {
  SendMessageResponse response;
  response.msg_id = std::string(200, 'x');
  response.queue_offset = INT64_MIN;
  size_t text = 0;
  VisitFields(response, [&](std::string_view name, std::string_view value) {
    text += name.size() + value.size();
  });
  EXPECT_LE(text, FieldsTextBound(response));
}

TEST(ShortTextTest, KeepsShortAndLongText) {
  ShortText<8> text = "12345678";
  EXPECT_EQ(text, std::string_view("12345678"));
  ShortText<8> copy = text;
  text = "a longer text";
  EXPECT_EQ(text, std::string_view("a longer text"));
  copy = std::move(text);
  EXPECT_EQ(copy, std::string_view("a longer text"));
  std::memcpy(copy.Fill(2), "ok", 2);
  EXPECT_EQ(copy, std::string_view("ok"));
  EXPECT_TRUE(ShortText<8>().empty());
}

}  // namespace
}  // namespace pintle::remoting
