#include "client/pulled_records.h"

#include <gtest/gtest.h>

#include "base/crc32.h"
#include "client/message_text.h"
#include "model/properties.h"
#include "model/record.h"

namespace pintle::client {
namespace {

struct Stored {
  std::string body = "body";
  std::string properties{};
  int64_t queue_offset = 0;
  int32_t sys_flag = 0;
  model::Host born_host{.address = {10, 0, 200, 1}, .address_size = 4, .port = 40123};
};

std::string Encode(const Stored& stored) {
  model::RecordParts parts;
  parts.topic = "orders";
  parts.queue_id = 3;
  parts.sys_flag = stored.sys_flag;
  parts.born_timestamp = 7;
  parts.born_host = stored.born_host;
  parts.store_host = {.address = {127, 0, 0, 1}, .address_size = 4, .port = 10911};
  parts.reconsume_times = 1;
  parts.body = AsBytes(stored.body);
  parts.body_crc = MessageCrc32(parts.body);
  parts.properties[0] = stored.properties;
  std::string out(static_cast<size_t>(model::RecordSize(parts).value()), '\0');
  model::EncodeRecord(parts, model::QueueOffset(stored.queue_offset), model::LogOffset(99), 8,
                      std::as_writable_bytes(std::span(out)));
  return out;
}

std::shared_ptr<const remoting::OwnedCommand> AnswerOf(std::string body) {
  auto answer = std::make_shared<remoting::OwnedCommand>();
  answer->frame = std::move(body);
  answer->command.body = AsBytes(answer->frame);
  return answer;
}

model::Subscription Wanted(const std::string& expression) {
  return model::Subscription::Parse("orders", expression, model::kExpressionTag, 1).value();
}

TEST(PulledRecordsTest, ShowsARecordWhole) {
  const std::string text = Encode({.properties = "TAGS\x01paid\x02KEYS\x01"
                                                 "a b\x02UNIQ_KEY\x01id-1\x02region\x01"
                                                 "EU\x02",
                                   .queue_offset = 5});
  const auto records = ReadRecords(AnswerOf(text), Wanted("*"));
  ASSERT_TRUE(records);
  ASSERT_EQ(records->size(), 1u);
  const PulledRecord& record = records->front();
  EXPECT_EQ(record.queue_offset, 5);
  EXPECT_EQ(record.body_bytes, 4u);
  EXPECT_EQ(record.log_offset(), 99);
  MessageView view;
  HostTexts hosts;
  record.Fill("broker-a", hosts, view);
  EXPECT_EQ(view.queue, (MessageQueue{"orders", "broker-a", 3}));
  EXPECT_EQ(view.queue_offset, 5);
  EXPECT_EQ(view.log_offset, 99);
  EXPECT_EQ(view.message_id, "id-1");
  EXPECT_EQ(view.offset_message_id, "7F00000100002A9F0000000000000063");
  EXPECT_EQ(view.body, "body");
  EXPECT_EQ(view.tags, "paid");
  EXPECT_EQ(view.keys, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(view.properties.at("region"), "EU");
  EXPECT_EQ(view.born_host, "10.0.200.1:40123");
  EXPECT_EQ(view.store_host, "127.0.0.1:10911");
  EXPECT_EQ(view.reconsume_times, 1);
}

// A view is filled with one message after the other; nothing of the one before may stay.
TEST(PulledRecordsTest, LeavesNothingOfTheMessageBefore) {
  model::Host v6{.address = {}, .address_size = 16, .port = 1};
  v6.address[15] = 1;
  const std::string text = Encode({.properties = "TAGS\x01paid\x02KEYS\x01"
                                                 "a\x02UNIQ_KEY\x01id-1\x02x\x01"
                                                 "1\x02y\x01"
                                                 "2\x02"}) +
                           Encode({.body = "other",
                                   .properties = "y\x01"
                                                 "3\x02z\x01"
                                                 "4\x02z\x01"
                                                 "5\x02",
                                   .born_host = v6}) +
                           Encode({.body = "last"});
  auto records = ReadRecords(AnswerOf(text), Wanted("*"));
  ASSERT_TRUE(records);
  ASSERT_EQ(records->size(), 3u);
  MessageView view;
  HostTexts hosts;
  (*records)[0].Fill("a", hosts, view);
  (*records)[1].delivered_again = 2;
  (*records)[1].Fill("b", hosts, view);
  EXPECT_EQ(view.body, "other");
  EXPECT_EQ(view.tags, "");
  EXPECT_TRUE(view.keys.empty());
  EXPECT_EQ(view.message_id, view.offset_message_id);
  EXPECT_EQ(view.properties, (std::map<std::string, std::string>{{"y", "3"}, {"z", "5"}}));
  EXPECT_EQ(view.born_host, "[::1]:1");
  EXPECT_EQ(view.reconsume_times, 3) << "one before it was pulled, two since";
  (*records)[2].Fill("b", hosts, view);
  EXPECT_TRUE(view.properties.empty());
}

TEST(PulledRecordsTest, LeavesOutTagsThatShareAHashCode) {
  const std::string text = Encode({.properties = "TAGS\x01"
                                                 "Aa\x02"}) +
                           Encode({.properties = "TAGS\x01"
                                                 "BB\x02"}) +
                           Encode({});
  EXPECT_EQ(ReadRecords(AnswerOf(text), Wanted("Aa || C"))->size(), 1u);
  EXPECT_EQ(ReadRecords(AnswerOf(text), Wanted("*"))->size(), 3u);
}

TEST(PulledRecordsTest, InflatesBodies) {
  bool compressed = false;
  const std::string packed = CompressBody(std::string(10'000, 'x'), compressed);
  ASSERT_TRUE(compressed);
  auto records = ReadRecords(AnswerOf(Encode({.body = packed, .sys_flag = model::kSysCompressed})),
                             Wanted("*"));
  ASSERT_TRUE(records);
  EXPECT_EQ(records->front().body_bytes, 10'000u);
  MessageView view;
  HostTexts hosts;
  records->front().Fill("a", hosts, view);
  EXPECT_EQ(view.body, std::string(10'000, 'x'));
  const std::string damaged = Encode({.body = "no zlib", .sys_flag = model::kSysCompressed});
  EXPECT_FALSE(ReadRecords(AnswerOf(damaged), Wanted("*")));
}

TEST(PulledRecordsTest, EndsWithATornRecordAndRefusesADamagedOne) {
  std::string text = Encode({}) + Encode({});
  text.pop_back();
  EXPECT_EQ(ReadRecords(AnswerOf(text), Wanted("*"))->size(), 1u);
  std::string damaged = Encode({});
  damaged[damaged.find("body")] = 'B';
  EXPECT_FALSE(ReadRecords(AnswerOf(damaged), Wanted("*")));
}

}  // namespace
}  // namespace pintle::client
