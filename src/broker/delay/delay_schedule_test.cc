// Delayed messages, as producers and consumers see them.
#include "broker/delay/delay_schedule.h"

#include <gtest/gtest.h>

#include "base/file_system.h"
#include "broker/ops/topics.h"
#include "broker/sim_broker_testing.h"
#include "model/batch.h"
#include "model/properties.h"
#include "model/record.h"
#include "remoting/bodies/delay_offsets.h"
#include "store/consume_queue.h"

namespace pintle::broker {
namespace {

using Bodies = std::vector<std::string>;
using model::QueueOffset;
using remoting::ResponseCode;

constexpr int64_t kDayMs = 86'400'000;

class DelayScheduleTest : public ::testing::Test {
 protected:
  void Send(int level, const std::string& body, const std::string& topic = "orders") {
    const auto answer = client_->Invoke(SendRequest(
        {.topic = topic, .body = body, .properties = fmt::format("DELAY\1{}\2TAGS\1a\2", level)}));
    ASSERT_EQ(answer->code(), ResponseCode::kSuccess) << answer->command.remark;
  }
  Bodies Pull(const std::string& topic = "orders") {
    return BodiesOf(*client_->Invoke(PullRequestFor({.topic = topic})));
  }
  bool Arrives(size_t count, int64_t within_ms) {
    return sim_.scheduler().RunUntil(
        [&] {
          return sim_.store().MaxOffset("orders", 0) >= QueueOffset(static_cast<int64_t>(count));
        },
        within_ms);
  }
  void RunStore() { sim_.RunStoreUpkeep(); }
  model::Record RecordAt(std::string_view topic, int32_t queue_id, int64_t offset) {
    store::ConsumeQueue* queue = sim_.store().FindQueue(topic, queue_id);
    const auto entry = queue->At(QueueOffset(offset));
    slice_ = *sim_.store().ReadRecord(entry->offset);
    tags_code_ = entry->tags_code;
    return *model::DecodeRecord(slice_.bytes, true);
  }

  SimBroker sim_;
  std::unique_ptr<SimClient> client_ = sim_.Connect("client");
  store::LogSlice slice_;
  int64_t tags_code_ = 0;
};

TEST_F(DelayScheduleTest, AMessageComesAfterItsDelayAndNotBefore) {
  Send(2, "five seconds");
  sim_.scheduler().RunFor(4'900);
  EXPECT_EQ(sim_.store().MaxOffset("orders", 0), QueueOffset(0));
  EXPECT_TRUE(Arrives(1, 150));
  EXPECT_EQ(Pull(), Bodies{"five seconds"});
}

TEST_F(DelayScheduleTest, StandsInTheScheduleTopicAsInRocketMq) {
  Send(3, "ten");
  const model::Record waiting = RecordAt("SCHEDULE_TOPIC_XXXX", 2, 0);
  EXPECT_EQ(waiting.topic, "SCHEDULE_TOPIC_XXXX");
  EXPECT_EQ(waiting.queue_id, 2);
  EXPECT_EQ(tags_code_, waiting.store_timestamp + 10'000);
  EXPECT_EQ(model::FindProperty(waiting.properties, "REAL_TOPIC"), "orders");
  EXPECT_EQ(model::FindProperty(waiting.properties, "REAL_QID"), "0");
  EXPECT_EQ(model::FindProperty(waiting.properties, "DELAY"), "3");
  const std::string properties(waiting.properties);
  ASSERT_TRUE(Arrives(1, 11'000));
  // Everything stays, DELAY too: consumers of RocketMQ see it.
  const model::Record delivered = RecordAt("orders", 0, 0);
  EXPECT_EQ(delivered.properties, properties);
  EXPECT_EQ(tags_code_, model::TagsCode("a"));
}

TEST_F(DelayScheduleTest, ALevelPastTheLastIsTheLast) {
  Send(99, "two hours");
  const model::Record waiting = RecordAt("SCHEDULE_TOPIC_XXXX", 17, 0);
  EXPECT_EQ(model::FindProperty(waiting.properties, "DELAY"), "18");
  EXPECT_TRUE(Arrives(1, 7'200'100));
}

TEST_F(DelayScheduleTest, ALevelWinsOverATimerAndNothingIsNoLevel) {
  client_->Invoke(SendRequest({.properties = "DELAY\0011\2TIMER_DELAY_SEC\00160\2"}));
  const model::Record waiting = RecordAt("SCHEDULE_TOPIC_XXXX", 0, 0);
  EXPECT_EQ(model::FindProperty(waiting.properties, "TIMER_DELAY_SEC"), std::nullopt);
  for (const std::string_view level : {"0", "-1", "x", "99999999999"}) {
    const auto before = sim_.store().MaxOffset("orders", 0);
    client_->Invoke(SendRequest({.properties = fmt::format("DELAY\1{}\2", level)}));
    EXPECT_EQ(sim_.store().MaxOffset("orders", 0) - before, 1) << level;
  }
}

TEST_F(DelayScheduleTest, AMessageInABatchMayNotWait) {
  std::string body;
  ASSERT_TRUE(model::AppendToBatch({0, AsBytes("one"), "DELAY\0011\2"}, body));
  remoting::Request request = SendRequest({.body = body});
  request.fields.emplace_back("m", "true");
  EXPECT_EQ(client_->Invoke(request)->code(), ResponseCode::kMessageIllegal);
}

TEST_F(DelayScheduleTest, LevelsDoNotWaitForEachOther) {
  Send(5, "minute");
  Send(1, "second");
  Send(2, "five");
  ASSERT_TRUE(Arrives(3, 61'000));
  EXPECT_EQ(Pull(), (Bodies{"second", "five", "minute"}));
}

TEST_F(DelayScheduleTest, WakesAPullThatWaits) {
  Send(2, "late");
  const auto waiting = client_->Begin(PullRequestFor({.suspend_ms = 15'000}));
  sim_.scheduler().RunFor(4'900);
  EXPECT_EQ(*waiting, nullptr);
  sim_.scheduler().RunFor(150);
  ASSERT_NE(*waiting, nullptr);
  EXPECT_EQ(BodiesOf(**waiting), Bodies{"late"});
}

TEST_F(DelayScheduleTest, ManyAtMixedLevelsComeInTime) {
  // Due times of each message, by the virtual clock, against the stored time of its copy.
  for (int i = 0; i < 2'000; ++i) {
    Send(1 + i % 4, std::to_string(i));
    sim_.scheduler().RunFor(1);
  }
  ASSERT_TRUE(Arrives(2'000, 31'000));
  const int64_t delays[] = {1'000, 5'000, 10'000, 30'000};
  for (int64_t i = 0; i < 2'000; ++i) {
    const model::Record copy = RecordAt("orders", 0, i);
    const int index = std::stoi(std::string(AsText(copy.body)));
    const model::Record original = RecordAt("SCHEDULE_TOPIC_XXXX", index % 4, index / 4);
    const int64_t late = copy.store_timestamp - original.store_timestamp - delays[index % 4];
    EXPECT_GE(late, 0) << index;
    EXPECT_LE(late, 100) << index;
  }
}

TEST_F(DelayScheduleTest, SurvivesARestart) {
  Send(1, "before");
  Send(2, "during");
  Send(5, "after");
  ASSERT_TRUE(Arrives(1, 1'100));
  sim_.Restart();
  ASSERT_TRUE(Arrives(2, 5'100));
  ASSERT_TRUE(Arrives(3, 61'000));
  EXPECT_EQ(Pull(), (Bodies{"before", "during", "after"}));
  sim_.Restart();
  sim_.scheduler().RunFor(kDayMs / 24);
  EXPECT_EQ(sim_.store().MaxOffset("orders", 0), QueueOffset(3));
}

TEST_F(DelayScheduleTest, WritesItsOffsetsAsRocketMqDoesAndNotAheadOfTheDisk) {
  Send(1, "one");
  ASSERT_TRUE(Arrives(1, 1'100));
  const std::string path = "/data/store/config/delayOffset.json";
  sim_.scheduler().RunFor(2'000);
  EXPECT_FALSE(ReadWholeFile(sim_.fs(), path));  // the copy is not on disk yet
  RunStore();
  sim_.scheduler().RunFor(2'000);
  const auto text = ReadWholeFile(sim_.fs(), path);
  ASSERT_TRUE(text);
  EXPECT_EQ(*text,
            "{\n\t\"dataVersion\":{\n\t\t\"counter\":0,\n\t\t\"stateVersion\":0,\n\t\t"
            "\"timestamp\":0\n\t},\n\t\"offsetTable\":{\n\t\t1:1\n\t}\n}");
}

TEST_F(DelayScheduleTest, WhatWasDeliveredBeforeACrashIsNotDeliveredAgain) {
  for (int i = 0; i < 10; ++i) Send(1, std::to_string(i));
  Send(2, "waits");
  ASSERT_TRUE(Arrives(10, 1'100));
  // The offsets of before the deliveries, as a crash leaves them.
  const std::string path = "/data/store/config/delayOffset.json";
  sim_.StopBroker();
  const std::string old =
      remoting::EncodeDelayOffsets({{}, {{1, 3}}}, remoting::JsonStyle::kPretty);
  ASSERT_TRUE(WriteFileAtomically(sim_.fs(), path, old, false));
  sim_.StartBroker();
  ASSERT_TRUE(Arrives(11, 6'000));
  sim_.scheduler().RunFor(10'000);
  EXPECT_EQ(sim_.store().MaxOffset("orders", 0), QueueOffset(11));
}

// Consumers do not read queues that a topic does not have any more.
TEST_F(DelayScheduleTest, WhatWasForAFormerQueueGoesToOneThatIsThere) {
  for (const int32_t queue_id : {1, 3}) {
    client_->Invoke(SendRequest({.queue_id = queue_id,
                                 .body = fmt::format("for {}", queue_id),
                                 .properties = "DELAY\0011\2"}));
  }
  model::TopicConfig config = sim_.broker().topics().Find("orders")->config();
  config.read_queues = config.write_queues = 2;
  ASSERT_TRUE(UpdateTopic(sim_.broker(), config));
  sim_.scheduler().RunFor(2'000);
  EXPECT_EQ(BodiesOf(*client_->Invoke(PullRequestFor({.queue_id = 1}))),
            (Bodies{"for 1", "for 3"}));
  // A consumer sees the queue that it is in.
  EXPECT_EQ(RecordAt("orders", 1, 1).queue_id, 1);
}

// After a crash, with the topic gone before or with fewer queues: what was delivered once is not
// delivered to its successor again.
TEST_F(DelayScheduleTest, WhatWasDeliveredToAFormerQueueIsNotDeliveredAgain) {
  const std::string path = "/data/store/config/delayOffset.json";
  for (const bool deleted : {false, true}) {
    const std::string name = deleted ? "deleted" : "fewer";
    const auto send = [&](int32_t queue_id) {
      const auto answer = client_->Invoke(SendRequest(
          {.topic = name, .queue_id = queue_id, .body = "once", .properties = "DELAY\0011\2"}));
      ASSERT_EQ(answer->code(), ResponseCode::kSuccess) << answer->command.remark;
    };
    send(0);
    send(3);
    sim_.scheduler().RunFor(2'000);
    ASSERT_EQ(sim_.store().MaxOffset(name, 3), QueueOffset(1));
    if (deleted) {
      ASSERT_TRUE(DeleteTopic(sim_.broker(), name));
    } else {
      model::TopicConfig config = sim_.broker().topics().Find(name)->config();
      config.read_queues = config.write_queues = 2;
      ASSERT_TRUE(UpdateTopic(sim_.broker(), config));
    }
    sim_.StopBroker();
    const std::string old =
        remoting::EncodeDelayOffsets({{}, {{1, 0}}}, remoting::JsonStyle::kPretty);
    ASSERT_TRUE(WriteFileAtomically(sim_.fs(), path, old, false));
    sim_.StartBroker();
    sim_.scheduler().RunFor(10'000);
    for (const int32_t queue_id : {0, 3})
      EXPECT_EQ(sim_.store().MaxOffset(name, queue_id), QueueOffset(deleted ? 0 : 1)) << queue_id;
  }
}

class DelayWithoutIndexTest : public ::testing::Test {
 protected:
  static store::StoreOptions Options() {
    store::StoreOptions options;
    options.index_enable = false;
    return options;
  }
  void Send(int32_t queue_id, const std::string& key = "") {
    const std::string unique = key.empty() ? "" : "UNIQ_KEY\1" + key + "\2";
    const auto answer = client_->Invoke(SendRequest({.topic = "orders",
                                                     .queue_id = queue_id,
                                                     .body = "same",
                                                     .properties = "DELAY\0011\2" + unique}));
    ASSERT_EQ(answer->code(), ResponseCode::kSuccess) << answer->command.remark;
  }
  // As kill -9 leaves it: what was delivered since the file was written is not in it.
  void RestartWithoutProgress() {
    sim_.StopBroker();
    const std::string old =
        remoting::EncodeDelayOffsets({{}, {{1, 0}}}, remoting::JsonStyle::kPretty);
    ASSERT_TRUE(WriteFileAtomically(sim_.fs(), "/data/store/config/delayOffset.json", old, false));
    sim_.StartBroker();
    sim_.scheduler().RunFor(10'000);
  }
  int64_t Stored(int32_t queue_id) { return sim_.store().MaxOffset("orders", queue_id).value(); }

  SimBroker sim_{{}, Options()};
  std::unique_ptr<SimClient> client_ = sim_.Connect("client");
};

TEST_F(DelayWithoutIndexTest, WhatWasDeliveredBeforeACrashIsNotDeliveredAgain) {
  for (const int32_t queue_id : {0, 1, 2, 3, 3, 3}) Send(queue_id);
  sim_.scheduler().RunFor(3'000);
  model::TopicConfig config = sim_.broker().topics().Find("orders")->config();
  config.read_queues = config.write_queues = 2;
  ASSERT_TRUE(UpdateTopic(sim_.broker(), config));
  RestartWithoutProgress();
  for (const int32_t queue_id : {0, 1, 2}) EXPECT_EQ(Stored(queue_id), 1) << queue_id;
  EXPECT_EQ(Stored(3), 3);
}

TEST_F(DelayWithoutIndexTest, ACopyIsTheAnswerForOneOfTwoEqualMessages) {
  Send(0, "KEY");
  sim_.scheduler().RunFor(500);
  Send(0, "KEY");
  sim_.scheduler().RunFor(700);
  ASSERT_EQ(Stored(0), 1);
  RestartWithoutProgress();
  EXPECT_EQ(Stored(0), 2);
}

TEST_F(DelayScheduleTest, AClockThatJumpsLosesAndRepeatsNothingAndMovesNoDeadline) {
  for (const int64_t jump_ms : {kDayMs, -kDayMs, kDayMs / 24, -2 * kDayMs}) {
    const auto before = sim_.store().MaxOffset("orders", 0);
    Send(3, "before the jump");
    sim_.scheduler().RunFor(2'000);
    sim_.scheduler().clock().JumpWall(jump_ms);
    Send(3, "after the jump");
    sim_.scheduler().RunFor(7'900);
    EXPECT_EQ(sim_.store().MaxOffset("orders", 0) - before, 0) << jump_ms;
    sim_.scheduler().RunFor(200);
    EXPECT_EQ(sim_.store().MaxOffset("orders", 0) - before, 1) << jump_ms;
    sim_.scheduler().RunFor(2'000);
    EXPECT_EQ(sim_.store().MaxOffset("orders", 0) - before, 2) << jump_ms;
  }
  sim_.scheduler().RunFor(kDayMs);
  EXPECT_EQ(sim_.store().MaxOffset("orders", 0), QueueOffset(8));
}

TEST_F(DelayScheduleTest, AfterARestartInThePastNothingWaitsLongerThanItsDelay) {
  Send(3, "ten seconds");
  sim_.StopBroker();
  sim_.scheduler().clock().JumpWall(-kDayMs);
  sim_.StartBroker();
  EXPECT_TRUE(Arrives(1, 10'100));
}

TEST_F(DelayScheduleTest, WhatGoesNowhereIsPassedOver) {
  // Records that only a broken or a foreign broker can have left.
  store::NewMessage message;
  message.queue = *sim_.store().OpenQueue("SCHEDULE_TOPIC_XXXX", 0);
  message.parts.topic = "SCHEDULE_TOPIC_XXXX";
  message.parts.body = AsBytes("x");
  message.delay_ms = 1'000;
  for (const std::string_view properties :
       {"", "REAL_TOPIC\1t\2", "REAL_TOPIC\1t\2REAL_QID\1x\2", "REAL_TOPIC\1t\2REAL_QID\1-1\2",
        "REAL_TOPIC\1t\2REAL_QID\00199999999999\2", "REAL_TOPIC\1../t\2REAL_QID\0010\2",
        "REAL_TOPIC\1SCHEDULE_TOPIC_XXXX\2REAL_QID\0010\2",
        "REAL_TOPIC\1RMQ_SYS_TRANS_HALF_TOPIC\2REAL_QID\0010\2"}) {
    message.parts.properties[0] = properties;
    ASSERT_TRUE(sim_.store().Append(message));
  }
  Send(1, "good");
  ASSERT_TRUE(Arrives(1, 1'200));
  EXPECT_EQ(sim_.broker().delays().Pending().front().next, QueueOffset(9));
}

TEST_F(DelayScheduleTest, AnIdleBrokerArmsNoTimerForIt) {
  for (const DelaySchedule::Range& range : sim_.broker().delays().Pending()) {
    EXPECT_EQ(range.next, range.end);
  }
  Send(18, "in two hours");
  const int64_t turns = sim_.broker().delays().turns();
  sim_.scheduler().RunFor(3'600'000);
  EXPECT_EQ(sim_.broker().delays().turns(), turns);
}

class CustomDelayTest : public ::testing::Test {
 protected:
  static BrokerOptions Options() {
    BrokerOptions options;
    options.delay_levels_ms = {2'000, 500'000};
    return options;
  }
  static store::StoreOptions StoreOptions() {
    store::StoreOptions options;
    options.delay_levels_ms = Options().delay_levels_ms;
    return options;
  }
  SimBroker sim_{Options(), StoreOptions()};
  std::unique_ptr<SimClient> client_ = sim_.Connect("client");
};

TEST_F(CustomDelayTest, LevelsAreThoseOfTheConfiguration) {
  client_->Invoke(SendRequest({.properties = "DELAY\0011\2"}));
  client_->Invoke(SendRequest({.properties = "DELAY\00118\2"}));
  EXPECT_EQ(sim_.store().MaxOffset("SCHEDULE_TOPIC_XXXX", 1), QueueOffset(1));
  const auto delivered = [&] { return sim_.store().MaxOffset("orders", 0).value(); };
  EXPECT_TRUE(sim_.scheduler().RunUntil([&] { return delivered() == 1; }, 2'100));
  EXPECT_TRUE(sim_.scheduler().RunUntil([&] { return delivered() == 2; }, 500'000));
}

}  // namespace
}  // namespace pintle::broker
