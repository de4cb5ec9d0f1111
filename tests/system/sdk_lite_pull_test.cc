// The SDK's lite pull consumer, against the binary.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "pintle/lite_pull_consumer.h"
#include "pintle/pull_consumer.h"
#include "tests/system/sdk_server.h"

namespace pintle::client {
namespace {

using ::testing::HasSubstr;

class SdkLitePullTest : public SdkTest {
 protected:
  LitePullConsumerOptions LiteOptions() const {
    LitePullConsumerOptions options;
    options.client = client_;
    options.group = "pollers";
    options.start_from = StartFrom::kFirst;
    return options;
  }
  static std::unique_ptr<LitePullConsumer> MakeLite(const LitePullConsumerOptions& options) {
    auto consumer = LitePullConsumer::Create(options);
    EXPECT_TRUE(consumer) << consumer.error().message;
    return *std::move(consumer);
  }
  // Polls until so many messages have come, or a minute has passed.
  static std::vector<MessageView> PollFor(LitePullConsumer& consumer, size_t count) {
    std::vector<MessageView> all;
    for (int i = 0; i < 600 && all.size() < count; ++i) {
      auto some = consumer.Poll(100);
      EXPECT_TRUE(some) << some.error().message;
      if (!some) break;
      std::ranges::move(*some, std::back_inserter(all));
    }
    return all;
  }
  static std::set<std::string> BodiesOf(const std::vector<MessageView>& messages) {
    std::set<std::string> bodies;
    for (const MessageView& message : messages) bodies.insert(message.body);
    return bodies;
  }
  static std::vector<MessageQueue> QueuesOf(LitePullConsumer& consumer) {
    auto queues = consumer.Queues("orders");
    EXPECT_TRUE(queues) << queues.error().message;
    return queues.value_or(std::vector<MessageQueue>());
  }
};

// Messages in the files of a spool.
size_t Spooled(const std::string& folder) {
  size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".spool") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    for (size_t at = 0; (at = bytes.find("UNIQ_KEY", at)) != std::string::npos; ++at) ++count;
  }
  return count;
}

// Also what comes right after Subscribe() has returned, in queues with and without messages.
TEST_F(SdkLitePullTest, AFirstSubscriberFromTheLastMissesNothingThatIsSentAfterwards) {
  Send(0, 3);
  auto options = LiteOptions();
  options.start_from = StartFrom::kLast;
  for (int round = 0; round < 5; ++round) {
    options.group = "late" + std::to_string(round);
    const auto consumer = MakeLite(options);
    ASSERT_TRUE(consumer->Subscribe("orders", "*"));
    const int first = 100 + round * 10;
    Send(first, first + 8);
    const auto seen = PollFor(*consumer, 8);
    ASSERT_EQ(seen.size(), 8u) << round;
    EXPECT_TRUE(BodiesOf(seen).contains(std::to_string(first))) << "and nothing from before";
    consumer->Shutdown();
  }
}

TEST_F(SdkLitePullTest, SubscribersShareATopicAndCommitByThemselves) {
  Send(0, 100);
  auto options = LiteOptions();
  const auto first = MakeLite(options);
  ASSERT_TRUE(first->Subscribe("orders", "*"));
  auto seen = PollFor(*first, 100);
  EXPECT_EQ(BodiesOf(seen).size(), 100u);
  std::map<MessageQueue, int64_t> last;
  for (const MessageView& message : seen) {
    const auto [at, fresh] = last.emplace(message.queue, -1);
    EXPECT_EQ(message.queue_offset, at->second + 1) << "each queue in order";
    at->second = message.queue_offset;
  }
  // Another member takes over some queues where the first has stopped.
  ASSERT_TRUE(first->Commit());
  const auto second = MakeLite(options);
  ASSERT_TRUE(second->Subscribe("orders", "*"));
  const size_t queues = QueuesOf(*first).size();
  const auto shared = [&] {
    return first->Assignment().size() == queues / 2 && second->Assignment().size() == queues / 2;
  };
  for (int i = 0; i < 600 && !shared(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_TRUE(shared());
  Send(100, 140);
  std::set<std::string> bodies;
  for (int i = 0; i < 600 && bodies.size() < 40; ++i) {
    for (LitePullConsumer* consumer : {first.get(), second.get()})
      bodies.merge(BodiesOf(consumer->Poll(50).value_or(std::vector<MessageView>())));
  }
  EXPECT_EQ(bodies.size(), 40u);
  EXPECT_FALSE(bodies.contains("99")) << "what was committed does not come again";
  // Shutdown commits what was given, and the next consumer goes on behind it.
  first->Shutdown();
  second->Shutdown();
  Send(140, 144);
  const auto third = MakeLite(options);
  ASSERT_TRUE(third->Subscribe("orders", "*"));
  EXPECT_EQ(BodiesOf(PollFor(*third, 4)), (std::set<std::string>{"140", "141", "142", "143"}));
  third->Shutdown();
}

TEST_F(SdkLitePullTest, AssignedQueuesAreCommittedByHand) {
  Send(0, 40);
  auto options = LiteOptions();
  options.auto_commit = false;
  {
    const auto consumer = MakeLite(options);
    const auto queues = QueuesOf(*consumer);
    ASSERT_TRUE(consumer->Assign(queues, "*"));
    EXPECT_EQ(consumer->Assignment(), queues);
    EXPECT_EQ(PollFor(*consumer, 40).size(), 40u);
    auto committed = consumer->Committed(queues[0]);
    ASSERT_TRUE(committed) << committed.error().message;
    EXPECT_FALSE(committed->has_value());
    // One queue as a whole, one half way, the others not at all.
    ASSERT_TRUE(consumer->Commit(queues[0], *consumer->Position(queues[0])));
    ASSERT_TRUE(consumer->Commit(queues[1], 2));
    committed = consumer->Committed(queues[1]);
    ASSERT_TRUE(committed);
    EXPECT_EQ(*committed, 2);
  }
  const auto consumer = MakeLite(options);
  const auto queues = QueuesOf(*consumer);
  ASSERT_TRUE(consumer->Assign(queues, "*"));
  EXPECT_EQ(*consumer->Position(queues[1]), 2);
  const size_t each = 40 / queues.size();
  EXPECT_EQ(PollFor(*consumer, 40 - each - 2).size(), 40 - each - 2);
  ASSERT_TRUE(consumer->Commit());
  consumer->Shutdown();
  const auto next = MakeLite(options);
  ASSERT_TRUE(next->Assign(queues, "*"));
  for (const MessageQueue& queue : queues)
    EXPECT_EQ(*next->Position(queue), static_cast<int64_t>(each));
  next->Shutdown();
}

TEST_F(SdkLitePullTest, SeeksInEveryDirection) {
  Send(0, 40);
  const auto consumer = MakeLite(LiteOptions());
  const MessageQueue queue = QueuesOf(*consumer).front();
  ASSERT_TRUE(consumer->Assign({queue}, "*"));
  const auto all = PollFor(*consumer, 40 / QueuesOf(*consumer).size());
  ASSERT_GE(all.size(), 5u);
  const auto next = [&] { return PollFor(*consumer, 1).front().queue_offset; };
  ASSERT_TRUE(consumer->Seek(queue, 3));
  EXPECT_EQ(next(), 3);
  ASSERT_TRUE(consumer->SeekToBegin(queue));
  EXPECT_EQ(next(), 0);
  ASSERT_TRUE(consumer->SeekToTime(queue, all[4].store_timestamp_ms));
  EXPECT_LE(*consumer->Position(queue), 4);
  const auto end = static_cast<int64_t>(all.size());
  EXPECT_EQ(*consumer->OffsetForTimestamp(queue, all.back().store_timestamp_ms + 1), end);
  ASSERT_TRUE(consumer->SeekToEnd(queue));
  EXPECT_EQ(*consumer->Position(queue), end);
  EXPECT_TRUE(consumer->Poll(50)->empty());
  const auto refused = consumer->Seek(queue, end + 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  const auto other = consumer->SeekToBegin(QueuesOf(*consumer).back());
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::kNotFound);
  consumer->Shutdown();
}

TEST_F(SdkLitePullTest, PausedQueuesAreLeftOut) {
  Send(0, 40);
  const auto consumer = MakeLite(LiteOptions());
  const auto queues = QueuesOf(*consumer);
  ASSERT_TRUE(consumer->Assign(queues, "*"));
  const std::vector<MessageQueue> paused = {queues[0]};
  consumer->Pause(paused);
  const size_t each = 40 / queues.size();
  for (const MessageView& message : PollFor(*consumer, 40 - each))
    EXPECT_NE(message.queue, queues[0]);
  EXPECT_TRUE(consumer->Poll(50)->empty());
  consumer->Resume(paused);
  for (const MessageView& message : PollFor(*consumer, each)) EXPECT_EQ(message.queue, queues[0]);
  consumer->Shutdown();
}

// As an offline job does it: each queue from its first offset of the range to its first behind it.
TEST_F(SdkLitePullTest, AJobReadsARangeOfTime) {
  Send(0, 20);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  Send(20, 60);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  Send(60, 80);
  auto options = LiteOptions();
  options.auto_commit = false;
  const auto consumer = MakeLite(options);
  const auto queues = QueuesOf(*consumer);
  ASSERT_TRUE(consumer->Assign(queues, "*"));
  int64_t from_ms = 0;
  int64_t to_ms = 0;
  for (const MessageView& message : PollFor(*consumer, 80)) {
    if (message.body == "20") from_ms = message.store_timestamp_ms;
    if (message.body == "60") to_ms = message.store_timestamp_ms;
  }
  std::map<MessageQueue, int64_t> ends;
  for (const MessageQueue& queue : queues) {
    ASSERT_TRUE(consumer->SeekToTime(queue, from_ms));
    ends[queue] = *consumer->OffsetForTimestamp(queue, to_ms);
  }
  std::set<int> bodies;
  const auto done = [&] {
    return std::ranges::all_of(queues,
                               [&](const auto& q) { return *consumer->Position(q) >= ends[q]; });
  };
  while (!done()) {
    const auto messages = consumer->Poll(1'000);
    ASSERT_TRUE(messages);
    for (const MessageView& message : *messages)
      if (message.queue_offset < ends[message.queue]) bodies.insert(std::stoi(message.body));
  }
  EXPECT_EQ(bodies.size(), 40u);
  EXPECT_EQ(*bodies.begin(), 20);
  EXPECT_EQ(*bodies.rbegin(), 59);
  consumer->Shutdown();
}

TEST_F(SdkLitePullTest, WhatDoesNotGoTogetherIsRefused) {
  Send(0, 4);
  const auto consumer = MakeLite(LiteOptions());
  const auto queues = QueuesOf(*consumer);
  ASSERT_TRUE(consumer->Assign(queues, "*"));
  auto refused = consumer->Subscribe("orders", "*");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("exclude each other"));
  refused = consumer->AssignSql(queues, "price >");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  consumer->Shutdown();
  EXPECT_EQ(consumer->Poll(0).error().code, ErrorCode::kNotStarted);
  auto options = LiteOptions();
  options.spool_folder = folder_.path() + "/spool";
  const auto spooling = MakeLite(options);
  refused = spooling->Subscribe("orders", "*");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("use Assign()"));
  options.offsets = OffsetStorage::kNowhere;
  EXPECT_FALSE(LitePullConsumer::Create(options));
}

// The broker goes away in the middle of a batch; the job ends its work, also after its own restart, and
// the broker learns of it when it is back.
TEST_F(SdkLitePullTest, ASpoolOutlastsTheBroker) {
  Send(0, 200);
  auto options = LiteOptions();
  options.client.request_timeout_ms = 1'000;
  options.auto_commit = false;
  options.poll_batch = 10;
  options.spool_folder = folder_.path() + "/spool";
  std::set<std::string> bodies;
  {
    const auto consumer = MakeLite(options);
    ASSERT_TRUE(consumer->Assign(QueuesOf(*consumer), "*"));
    // Fetching runs ahead of polling.
    for (int i = 0; i < 600 && Spooled(options.spool_folder) < 200; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    ASSERT_EQ(Spooled(options.spool_folder), 200u);
    bodies = BodiesOf(PollFor(*consumer, 50));
    ASSERT_TRUE(consumer->Commit());
    EXPECT_FALSE(LitePullConsumer::Create(options)) << "a spool is one consumer's alone";
  }
  server_.Signal(SIGKILL);
  server_.Wait();
  std::vector<MessageQueue> queues;
  std::map<MessageQueue, int64_t> ends;
  {
    const auto consumer = MakeLite(options);
    queues = QueuesOf(*consumer);
    ASSERT_FALSE(queues.empty()) << "as the spool knows them";
    ASSERT_TRUE(consumer->Assign(queues, "*"));
    for (const std::string& body : BodiesOf(PollFor(*consumer, 150)))
      EXPECT_TRUE(bodies.insert(body).second) << body << " was committed before";
    EXPECT_EQ(bodies.size(), 200u);
    const Status committed = consumer->Commit();
    EXPECT_TRUE(committed) << committed.error().message;
    for (const MessageQueue& queue : queues) ends[queue] = *consumer->Position(queue);
    EXPECT_EQ(*consumer->Committed(queues.front()), ends[queues.front()]);
  }
  EXPECT_EQ(Spooled(options.spool_folder), 0u) << "what is committed is not kept";

  pintle::testing::PintleProcess again(Arguments(folder_.path() + "/data", {}));
  ASSERT_NE(again.AwaitReady(), "");
  options.client.name_servers = {again.AddressOf("namesrv")};
  const auto consumer = MakeLite(options);
  ASSERT_TRUE(consumer->Assign(queues, "*"));
  PullConsumerOptions direct;
  direct.client = options.client;
  direct.group = options.group;
  const auto broker = PullConsumer::Start(direct);
  ASSERT_TRUE(broker);
  for (const MessageQueue& queue : queues)
    EXPECT_EQ(*(*broker)->CommittedOffset(queue), ends[queue]) << queue.queue_id;
  consumer->Shutdown();
}

}  // namespace
}  // namespace pintle::client
