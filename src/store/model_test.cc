// The store against a model of it in memory: random messages in random files, with restarts.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/memory_file_system.h"
#include "base/random.h"
#include "model/record.h"
#include "store/store_testing.h"

namespace pintle::store {
namespace {

struct ModelMessage {
  std::string body;
  std::string key;
  int64_t time = 0;
};
using ModelQueues = std::map<std::pair<std::string, int32_t>, std::vector<ModelMessage>>;

class ModelTest : public ::testing::TestWithParam<uint64_t> {
 protected:
  int64_t Upto(int64_t limit) {
    return static_cast<int64_t>(random_.Next() % static_cast<uint64_t>(limit));
  }

  void Open(bool clean) {
    if (store_ != nullptr && clean) {
      ASSERT_TRUE(store_->Close());
    }
    store_.reset();
    store_ = OpenStore(fs_, clock_, options_);
    ASSERT_NE(store_, nullptr);
  }

  TestMessage NewMessage(const std::string& topic, int32_t queue_id) {
    return {.topic = topic,
            .queue_id = queue_id,
            .body = std::string(static_cast<size_t>(Upto(600)), 'a') + fmt::to_string(sent_++),
            .keys = fmt::format("key{}", Upto(20))};
  }

  void SendSome() {
    const std::string topic = fmt::format("topic{}", Upto(2));
    const auto queue_id = static_cast<int32_t>(Upto(3));
    std::vector<TestMessage> batch;
    const int64_t count = Upto(4) == 0 ? 1 + Upto(3) : 1;
    for (int64_t i = 0; i < count; ++i) batch.push_back(NewMessage(topic, queue_id));
    const auto appended = SendBatch(*store_, batch);
    ASSERT_TRUE(appended) << appended.error().message;
    auto& queue = model_[{topic, queue_id}];
    for (size_t i = 0; i < batch.size(); ++i) {
      ASSERT_EQ((*appended)[i].queue_offset, QueueOffset(static_cast<int64_t>(queue.size())));
      queue.push_back({batch[i].body, batch[i].keys, (*appended)[i].store_timestamp});
    }
  }

  void Compare() {
    for (const auto& [name, messages] : model_) {
      const auto stored = ReadQueue(*store_, name.first, name.second);
      ASSERT_EQ(stored.size(), messages.size());
      for (size_t i = 0; i < messages.size(); ++i) ASSERT_EQ(stored[i].body, messages[i].body) << i;
      CompareTimes(name.first, name.second, messages);
    }
    CompareKey(fmt::format("key{}", Upto(20)));
  }

  void CompareTimes(const std::string& topic, int32_t id, const std::vector<ModelMessage>& all) {
    for (int i = 0; i < 10; ++i) {
      const int64_t at = start_ms_ - 2 + Upto(clock_.WallMs() - start_ms_ + 5);
      const auto before = std::ranges::count_if(all, [&](const auto& m) { return m.time < at; });
      const auto upto = std::ranges::count_if(all, [&](const auto& m) { return m.time <= at; });
      ASSERT_EQ(store_->OffsetByTime(topic, id, at, Boundary::kLower), QueueOffset(before)) << at;
      ASSERT_EQ(store_->OffsetByTime(topic, id, at, Boundary::kUpper),
                QueueOffset(std::max<int64_t>(0, upto - 1)))
          << at;
    }
  }

  // Every message with the key, unless there are more than a query gives: then that many.
  void CompareKey(const std::string& key) {
    constexpr int32_t kMax = 64;
    std::vector<std::string> expected;
    for (const auto& [name, messages] : model_) {
      if (name.first != "topic0") continue;
      for (const auto& message : messages)
        if (message.key == key) expected.push_back(message.body);
    }
    const auto found = store_->Query("topic0", key, kMax, 0, INT64_MAX);
    std::vector<std::string> bodies;
    for (const auto& slice : found.records) {
      const auto record = model::DecodeRecord(slice.bytes, true);
      ASSERT_TRUE(record);
      bodies.emplace_back(AsText(record->body));
    }
    if (expected.size() > kMax) {
      EXPECT_EQ(bodies.size(), static_cast<size_t>(kMax));
      return;
    }
    std::ranges::sort(expected);
    std::ranges::sort(bodies);
    EXPECT_EQ(bodies, expected) << key;
  }

  Random random_{GetParam()};
  StoreOptions options_ = SmallStoreOptions();
  ManualClock clock_;
  const int64_t start_ms_ = clock_.WallMs();
  MemoryFileSystem fs_{{.track_crashes = false}};
  std::unique_ptr<DiskMessageStore> store_;
  ModelQueues model_;
  int64_t sent_ = 0;
};

TEST_P(ModelTest, StoreAndModelAreEqual) {
  options_.segment_bytes = 4096 * (1 + Upto(8));
  options_.queue_file_entries = static_cast<int32_t>(3 + Upto(40));
  options_.index_slots = static_cast<int32_t>(1 + Upto(30));
  options_.index_entries = static_cast<int32_t>(8 + Upto(60));
  options_.open_queue_files_max = static_cast<int32_t>(1 + Upto(8));
  Open(true);
  for (int step = 0; step < 300 && !HasFatalFailure(); ++step) {
    switch (Upto(12)) {
      case 0:
        store_->RunUpkeep();
        break;
      case 1:
        clock_.Advance(Upto(5));
        break;
      case 2:
        if (Upto(4) == 0) Open(Upto(2) == 0);
        break;
      case 3:
        if (Upto(4) == 0) Compare();
        break;
      default:
        SendSome();
        break;
    }
  }
  if (!HasFatalFailure()) Compare();
}

INSTANTIATE_TEST_SUITE_P(Seeds, ModelTest, ::testing::Range<uint64_t>(1, 41));

}  // namespace
}  // namespace pintle::store
