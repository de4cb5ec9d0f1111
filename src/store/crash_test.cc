// Power loss at every moment. A scenario runs on files in memory; after each change of a file some
// of the images that a power loss could leave there are opened as stores, and must hold:
//   - the store opens, takes a message, and opens again with the same contents,
//   - everything below the durable watermark of that moment is there, equal, and found by its key,
//   - nothing is there that was not sent, and nothing that an earlier crash had lost,
//   - its queues and its index are equal to those rebuilt from the log alone.
//
// PINTLE_CRASH_SEED=n reproduces the scenario that a failure names.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/memory_file_system.h"
#include "store/store_testing.h"

namespace pintle::store {
namespace {

struct Sent {
  TestMessage message;
  QueueOffset queue_offset{-1};  // known once Append() has returned
  LogOffset end{-1};
  bool lost = false;  // an earlier crash took it
};

class CrashScenario {
 public:
  explicit CrashScenario(uint64_t seed) : random_(seed), image_random_(seed * 31 + 7) {
    options_ = SmallStoreOptions();
    options_.index_entries = 200;  // several index files all the same
    fs_ = std::make_unique<MemoryFileSystem>();
    Watch();
  }

  void Run(int operations) {
    Open();
    for (int i = 0; i < operations && !::testing::Test::HasFailure(); ++i) Operate();
    fs_->SetObserver(nullptr);
    store_.reset();
  }

  int images() const { return images_; }

 private:
  void Operate() {
    switch (random_.Below(20)) {
      case 0:
      case 1:
      case 2:
        store_->RunUpkeep();
        NoteDurable();
        break;
      case 3:
        clock_.Advance(static_cast<int64_t>(random_.Below(3'000)));
        break;
      case 4:
        if (random_.OneIn(8)) Restart();
        break;
      case 5:
        if (random_.OneIn(8)) CrashForGood();
        break;
      case 6:
        SendSome(1 + random_.Below(5));
        break;
      default:
        SendSome(1);
    }
  }

  void SendSome(size_t count) {
    const std::string topic = fmt::format("topic-{}", random_.Below(3));
    const auto queue_id = static_cast<int32_t>(random_.Below(2));
    std::vector<TestMessage> batch;
    for (size_t i = 0; i < count; ++i) {
      TestMessage message;
      message.topic = topic;
      message.queue_id = queue_id;
      message.body = fmt::format("{}:{}", sent_.size(), std::string(random_.Below(600), 'b'));
      message.keys = fmt::format("key-{}", sent_.size());
      sent_.push_back({message, QueueOffset(-1), LogOffset(-1), false});
      batch.push_back(std::move(message));
    }
    const auto appended = SendBatch(*store_, batch);
    ASSERT_TRUE(appended) << appended.error().message;
    for (size_t i = 0; i < count; ++i) {
      Sent& sent = sent_[sent_.size() - count + i];
      sent.queue_offset = (*appended)[i].queue_offset;
      sent.end = (*appended)[i].end;
    }
  }

  void NoteDurable() { durable_ = std::max(durable_, store_->durable()); }

  void Open() {
    store_ = OpenStore(*fs_, clock_, options_);
    ASSERT_NE(store_, nullptr);
  }

  void Restart() {
    ASSERT_TRUE(store_->Close());
    durable_ = std::max(durable_, store_->appended());
    store_.reset();
    Open();
  }

  // Goes on with what a power loss left.
  void CrashForGood() {
    auto image = fs_->CrashImage(image_random_);
    store_.reset();
    fs_->SetObserver(nullptr);
    fs_ = std::move(image);
    Watch();
    Open();
    if (store_ == nullptr) return;
    std::set<std::string> there;
    for (const auto& [queue, messages] : ReadStore(*store_)) {
      for (const auto& message : messages) there.insert(message.body);
    }
    for (Sent& sent : sent_) {
      if (there.contains(sent.message.body)) continue;
      EXPECT_TRUE(sent.end.value() < 0 || sent.end > durable_ || sent.lost) << sent.message.keys;
      sent.lost = true;
    }
  }

  void Watch() {
    fs_->SetObserver([this](const FileEvent&) {
      // The store of an image makes no events here: it has its own files.
      if (store_ != nullptr) NoteDurable();
      for (int i = 0; i < 2 && !::testing::Test::HasFailure(); ++i) CheckImage();
    });
  }

  void CheckImage() {
    ++images_;
    const int64_t now = clock_.WallMs();
    ManualClock clock(now);
    auto image = fs_->CrashImage(image_random_);
    StoreContents found;
    {
      auto store = OpenStore(*image, clock, options_);
      ASSERT_NE(store, nullptr);
      found = ReadStore(*store);
      CheckAgainstSent(found, *store);
      if (images_ % 8 == 0) CheckAgainstRebuild(*image, clock, found);
      ASSERT_TRUE(Send(*store, {.topic = "after", .body = "crash"}));
      if (images_ % 2 == 0) {
        store->RunUpkeep();
        ASSERT_TRUE(store->Close());
      }
    }
    auto again = OpenStore(*image, clock, options_);
    ASSERT_NE(again, nullptr);
    auto after = ReadStore(*again);
    EXPECT_EQ((after[{"after", 0}]).size(), 1u);
    after.erase({"after", 0});
    EXPECT_EQ(Difference(after, found), "") << "a second start changes something";
  }

  void CheckAgainstSent(const StoreContents& found, MessageStore& store) {
    std::map<std::string, StoredMessage> by_body;
    for (const auto& [queue, messages] : found) {
      for (const auto& message : messages) {
        EXPECT_TRUE(by_body.emplace(message.body, message).second)
            << "twice: " << message.body.substr(0, 8);
      }
    }
    for (const Sent& sent : sent_) {
      const auto there = by_body.find(sent.message.body);
      const bool must = !sent.lost && sent.end.value() >= 0 && sent.end <= durable_;
      if (there == by_body.end()) {
        EXPECT_FALSE(must) << "lost: " << sent.message.keys << " ending at " << sent.end.value()
                           << " of " << durable_.value();
        continue;
      }
      EXPECT_FALSE(sent.lost) << "back from the dead: " << sent.message.keys;
      if (sent.queue_offset.value() >= 0) {
        EXPECT_EQ(there->second.queue_offset, sent.queue_offset) << sent.message.keys;
      }
      if (must && random_.OneIn(16)) {
        const auto query = store.Query(sent.message.topic, sent.message.keys, 8, 0, INT64_MAX);
        EXPECT_FALSE(query.records.empty()) << "not in the index: " << sent.message.keys;
      }
      by_body.erase(there);
    }
    EXPECT_TRUE(by_body.empty()) << "never sent: " << by_body.begin()->first.substr(0, 40);
  }

  // The same log, and nothing else.
  void CheckAgainstRebuild(MemoryFileSystem& image, const Clock& clock,
                           const StoreContents& found) {
    auto bare = image.KillImage();
    ASSERT_TRUE(bare->RemoveTree("store/consumequeue"));
    ASSERT_TRUE(bare->RemoveTree("store/index"));
    ASSERT_TRUE(bare->RemoveTree("store/checkpoint"));
    ASSERT_TRUE(bare->RemoveTree("store/pintle.recovery"));
    auto store = OpenStore(*bare, clock, options_);
    ASSERT_NE(store, nullptr);
    EXPECT_EQ(Difference(ReadStore(*store), found), "") << "not what the log says";
  }

  Random random_;
  Random image_random_;
  ManualClock clock_;
  StoreOptions options_;
  std::unique_ptr<MemoryFileSystem> fs_;
  std::unique_ptr<DiskMessageStore> store_;
  std::vector<Sent> sent_;
  LogOffset durable_;
  int images_ = 0;
};

TEST(CrashTest, AnyPowerLossLeavesWhatWasDurable) {
  constexpr int kImages = 5'000;
  const char* only = std::getenv("PINTLE_CRASH_SEED");
  int images = 0;
  for (uint64_t seed = only == nullptr ? 1 : std::strtoull(only, nullptr, 10);
       images < kImages && !HasFailure(); ++seed) {
    SCOPED_TRACE(fmt::format("PINTLE_CRASH_SEED={}", seed));
    CrashScenario scenario(seed);
    scenario.Run(150);
    images += scenario.images();
    if (only != nullptr) break;
  }
  RecordProperty("images", images);
}

}  // namespace
}  // namespace pintle::store
