#include "model/record.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "base/crc32.h"

namespace pintle::model {
namespace {

std::vector<std::byte> Encode(const RecordParts& parts, int64_t queue_offset = 7,
                              int64_t log_offset = 4096, int64_t store_timestamp = 1234) {
  std::vector<std::byte> out(static_cast<size_t>(*RecordSize(parts)));
  EncodeRecord(parts, QueueOffset(queue_offset), LogOffset(log_offset), store_timestamp, out);
  return out;
}

RecordParts Parts(std::string_view topic, std::string_view body) {
  RecordParts parts;
  parts.topic = topic;
  parts.body = AsBytes(body);
  parts.body_crc = MessageCrc32(parts.body);
  return parts;
}

TEST(RecordTest, FieldsStandWhereTheFormatSays) {
  RecordParts parts = Parts("T", "body");
  parts.queue_id = 3;
  parts.flag = 5;
  parts.born_timestamp = 0x0102030405060708;
  parts.born_host = *Host::Parse("1.2.3.4:5");
  parts.store_host = *Host::Parse("6.7.8.9:10");
  parts.properties = {"a\x01", "b", ""};
  const auto bytes = Encode(parts);
  const std::byte* at = bytes.data();
  ASSERT_EQ(bytes.size(), 91u + 4 + 1 + 3);
  EXPECT_EQ(LoadBig<int32_t>(at), 99);
  EXPECT_EQ(LoadBig<uint32_t>(at + 4), 0xDAA320A7u);
  EXPECT_EQ(LoadBig<int32_t>(at + 12), 3);
  EXPECT_EQ(LoadBig<int32_t>(at + 16), 5);
  EXPECT_EQ(LoadBig<int64_t>(at + kRecordQueueOffsetAt), 7);
  EXPECT_EQ(LoadBig<int64_t>(at + kRecordLogOffsetAt), 4096);
  EXPECT_EQ(LoadBig<int32_t>(at + kRecordSysFlagAt), 0);
  EXPECT_EQ(LoadBig<int64_t>(at + 40), 0x0102030405060708);
  EXPECT_EQ(LoadBig<int64_t>(at + 56), 1234);
  EXPECT_EQ(LoadBig<int32_t>(at + 84), 4);
  EXPECT_EQ(AsText({at + 88, 4}), "body");
  EXPECT_EQ(AsText({at + 92, 2}), "\x01T");
  EXPECT_EQ(LoadBig<int16_t>(at + 94), 3);
}

TEST(RecordTest, SmallestRecordHasTheMinimumSize) {
  EXPECT_EQ(*RecordSize({}), static_cast<int32_t>(kRecordSizeMin));
  EXPECT_TRUE(DecodeRecord(Encode(Parts("", "")), true));
  EXPECT_TRUE(IsWholeRecord(Encode(Parts("", ""))));
}

TEST(RecordTest, LongTopicsTakeVersionTwo) {
  const std::string at_limit(127, 't');
  const std::string past(128, 't');
  EXPECT_EQ(DecodeRecord(Encode(Parts(at_limit, "b")), true)->magic, kRecordMagicV1);
  const auto bytes = Encode(Parts(past, "b"));
  const auto record = DecodeRecord(bytes, true);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->magic, kRecordMagicV2);
  EXPECT_EQ(record->topic, past);
}

TEST(RecordTest, RefusesWhatDoesNotFit) {
  EXPECT_TRUE(RecordSize(Parts(std::string(255, 't'), "")));
  EXPECT_FALSE(RecordSize(Parts(std::string(256, 't'), "")));
  const std::string properties(32767, 'p');
  RecordParts parts = Parts("t", "");
  parts.properties = {properties, "", ""};
  EXPECT_TRUE(RecordSize(parts));
  parts.properties[2] = "x";
  auto size = RecordSize(parts);
  ASSERT_FALSE(size);
  EXPECT_EQ(size.error().code, ErrorCode::kInvalidArgument);
}

TEST(RecordTest, ComparesTheBodyCrcOnlyWhenAsked) {
  auto bytes = Encode(Parts("t", "body"));
  bytes[89] ^= std::byte{1};
  EXPECT_TRUE(DecodeRecord(bytes, false));
  auto record = DecodeRecord(bytes, true);
  ASSERT_FALSE(record);
  EXPECT_EQ(record.error().code, ErrorCode::kCorrupt);
}

TEST(RecordTest, RefusesEveryPrefix) {
  const auto bytes = Encode(Parts("topic", "body"));
  for (size_t n = 0; n < bytes.size(); ++n) {
    EXPECT_FALSE(DecodeRecord(ByteView(bytes).first(n), false)) << n;
    EXPECT_FALSE(IsWholeRecord(ByteView(bytes).first(n))) << n;
  }
}

TEST(RecordTest, RefusesLengthsThatDisagree) {
  const auto good = Encode(Parts("topic", "body"));
  for (const size_t at : {size_t{84}, size_t{92}, good.size() - 2}) {
    for (const int delta : {-128, -1, 1, 127}) {
      auto bytes = good;
      bytes[at] = static_cast<std::byte>(static_cast<int>(bytes[at]) + delta);
      EXPECT_FALSE(DecodeRecord(bytes, false)) << at << " " << delta;
      EXPECT_FALSE(IsWholeRecord(bytes)) << at << " " << delta;
    }
  }
}

TEST(RecordTest, BlankIsNotARecord) {
  std::vector<std::byte> bytes(4096);
  StoreBig<int32_t>(bytes.data(), 4096);
  StoreBig<int32_t>(bytes.data() + 4, kBlankMagic);
  auto record = DecodeRecord(bytes, true);
  ASSERT_FALSE(record);
  EXPECT_EQ(record.error().code, ErrorCode::kMalformed);
}

RC_GTEST_PROP(RecordProperty, DecodesWhatItEncodes, ()) {
  const auto topic = std::string(*rc::gen::inRange<size_t>(0, 255), 't');
  const auto body = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
  const auto a = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
  const auto b = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
  RecordParts parts = Parts(topic, body);
  parts.queue_id = *rc::gen::arbitrary<int32_t>();
  parts.flag = *rc::gen::arbitrary<int32_t>();
  parts.sys_flag = *rc::gen::arbitrary<int32_t>();
  parts.born_timestamp = *rc::gen::arbitrary<int64_t>();
  parts.reconsume_times = *rc::gen::arbitrary<int32_t>();
  parts.prepared_transaction_offset = *rc::gen::arbitrary<int64_t>();
  parts.born_host = *Host::Parse(*rc::gen::arbitrary<bool>() ? "[2001:db8::1]:9" : "9.8.7.6:5");
  parts.store_host = *Host::Parse(*rc::gen::arbitrary<bool>() ? "[2001:db8::2]:9" : "9.8.7.5:5");
  parts.properties = {a, b, a};

  const auto bytes = Encode(parts);
  const auto record = DecodeRecord(bytes, true);
  RC_ASSERT(record.has_value());
  RC_ASSERT(PropertiesOfRecord(bytes) == record->properties);
  RC_ASSERT(record->topic == topic);
  RC_ASSERT(AsText(record->body) == body);
  RC_ASSERT(record->properties == a + b + a);
  RC_ASSERT(record->queue_id == parts.queue_id);
  RC_ASSERT(record->flag == parts.flag);
  RC_ASSERT(record->born_host == parts.born_host);
  RC_ASSERT(record->store_host == parts.store_host);
  RC_ASSERT(record->born_timestamp == parts.born_timestamp);
  RC_ASSERT(record->store_timestamp == 1234);
  RC_ASSERT(record->reconsume_times == parts.reconsume_times);
  RC_ASSERT(record->prepared_transaction_offset == parts.prepared_transaction_offset);
  RC_ASSERT(record->queue_offset == QueueOffset(7));
  RC_ASSERT(record->log_offset == LogOffset(4096));
}

}  // namespace
}  // namespace pintle::model
