// Stores with more queues than can be written and synced one by one.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <thread>
#include <vector>

#include "base/fault_file_system.h"
#include "base/memory_file_system.h"
#include "base/random.h"
#include "store/store_testing.h"

namespace pintle::store {
namespace {

constexpr int kTopics = 50;
constexpr int kQueues = 4;  // of each

class ManyQueuesTest : public ::testing::Test {
 protected:
  ManyQueuesTest() {
    options_.segment_bytes = 64 << 10;
    options_.index_slots = 100;
    options_.index_entries = 2'000;
    options_.checkpoint_interval_ms = 10'000;
    fs_.SetObserver([this](const FileEvent& event) {
      const bool of_queue = event.path.find("consumequeue") != std::string::npos;
      ++counts_[{event.operation, of_queue}];
    });
  }

  void Open() {
    store_.reset();
    store_ = OpenStore(faults_, clock_, options_);
    ASSERT_NE(store_, nullptr);
  }
  void Stop() {
    ASSERT_TRUE(store_->Close());
    store_.reset();
  }
  void SendToEach() {
    for (int i = 0; i < kTopics * kQueues; ++i) {
      const auto sent = Send(*store_, {.topic = fmt::format("topic-{}", i % kTopics),
                                       .queue_id = i / kTopics,
                                       .body = fmt::format("body {}", sent_++)});
      ASSERT_TRUE(sent) << sent.error().message;
    }
  }
  int Count(FileOperation operation, bool of_queue = true) {
    return counts_[{operation, of_queue}];
  }

  StoreOptions options_ = SmallStoreOptions();
  ManualClock clock_;
  MemoryFileSystem fs_;
  FaultFileSystem faults_{fs_};
  std::map<std::pair<FileOperation, bool>, int> counts_;
  int sent_ = 0;
  std::unique_ptr<DiskMessageStore> store_;
};

TEST_F(ManyQueuesTest, AreSyncedAtOnceAndSurviveAPowerLoss) {
  Open();
  SendToEach();
  store_->RunUpkeep();
  EXPECT_EQ(Count(FileOperation::kSyncAll), 1);
  EXPECT_EQ(Count(FileOperation::kSync), 0) << "of a queue's file alone";
  // Only of the folder that all topics are in, once, when it was made.
  EXPECT_LE(Count(FileOperation::kSyncDirectory), 1);
  const StoreContents contents = ReadStore(*store_);
  Random random(3);
  for (int i = 0; i < 20; ++i) {
    const auto image = fs_.CrashImage(random);
    const auto again = OpenStore(*image, clock_, options_);
    ASSERT_NE(again, nullptr);
    EXPECT_EQ(again->recovery().records, 0) << "the point covers everything";
    EXPECT_EQ(again->recovery().queues_repaired, 0);
    EXPECT_EQ(Difference(ReadStore(*again), contents), "");
  }
}

TEST_F(ManyQueuesTest, AreSyncedOneByOneWhereTheDiskCannotDoItAtOnce) {
  faults_.Fail({.operations = {FileOperation::kSyncAll},
                .code = ErrorCode::kUnsupported,
                .count = FileFault::kForever});
  Open();
  SendToEach();
  store_->RunUpkeep();
  EXPECT_GE(Count(FileOperation::kSync), kTopics * kQueues);
  const StoreContents contents = ReadStore(*store_);
  Random random(4);
  for (int i = 0; i < 20; ++i) {
    const auto image = fs_.CrashImage(random);
    const auto again = OpenStore(*image, clock_, options_);
    ASSERT_NE(again, nullptr);
    EXPECT_EQ(again->recovery().queues_repaired, 0);
    EXPECT_EQ(Difference(ReadStore(*again), contents), "");
  }
}

TEST_F(ManyQueuesTest, AFailedSyncOfAllIsFinal) {
  Open();
  SendToEach();
  faults_.Fail({.operations = {FileOperation::kSyncAll}});
  store_->RunUpkeep();
  EXPECT_FALSE(store_->Writable());
  EXPECT_FALSE(Send(*store_, {.body = "after"}));
}

TEST_F(ManyQueuesTest, AFewEntriesEachAreWrittenWithTheNextPoint) {
  Open();
  SendToEach();
  store_->RunUpkeep();  // ends in a point
  const int writes = Count(FileOperation::kWrite);
  SendToEach();
  store_->RunUpkeep();
  EXPECT_EQ(Count(FileOperation::kWrite), writes);
  EXPECT_EQ(ReadQueue(*store_, "topic-3", 1).size(), 2u);
  clock_.Advance(options_.checkpoint_interval_ms);
  store_->RunUpkeep();
  EXPECT_GE(Count(FileOperation::kWrite), writes + kTopics * kQueues);
}

TEST_F(ManyQueuesTest, ManyEntriesAreWrittenAtOnce) {
  Open();
  SendToEach();
  store_->RunUpkeep();
  const int writes = Count(FileOperation::kWrite);
  for (int i = 0; i < 64; ++i) SendToEach();
  store_->RunUpkeep();
  EXPECT_GE(Count(FileOperation::kWrite), writes + kTopics * kQueues);
}

TEST_F(ManyQueuesTest, AreNotOpenedAfterACleanStop) {
  Open();
  SendToEach();
  const StoreContents contents = ReadStore(*store_);
  Stop();
  // Whoever opens or lists them fails.
  faults_.Fail({.operations = {FileOperation::kOpen, FileOperation::kRead, FileOperation::kList},
                .path_part = "consumequeue",
                .count = FileFault::kForever});
  Open();
  faults_.Heal();
  EXPECT_EQ(faults_.failures(), 0);
  EXPECT_EQ(Difference(ReadStore(*store_), contents), "");
  SendToEach();
  const StoreContents more = ReadStore(*store_);
  Stop();
  Open();
  EXPECT_EQ(Difference(ReadStore(*store_), more), "");
  Stop();
}

TEST_F(ManyQueuesTest, AreLookedAtWhereSomebodyTouchedThem) {
  using Touch = void (*)(FileSystem&, const std::string&);
  const Touch touches[] = {
      [](FileSystem& fs, const std::string& folder) {
        // One entry of zeros: as if it had never been written.
        const std::string path = JoinPath(folder, "00000000000000000000");
        auto file = fs.Open(path, OpenMode::kReadWrite);
        ASSERT_TRUE(file);
        ASSERT_TRUE((*file)->WriteAt(0, std::vector<std::byte>(20)));
      },
      [](FileSystem& fs, const std::string& folder) {
        ASSERT_TRUE(fs.Remove(JoinPath(folder, "00000000000000000000")));
      },
      [](FileSystem& fs, const std::string& folder) { ASSERT_TRUE(fs.RemoveTree(folder)); },
      [](FileSystem& fs, const std::string& folder) {
        ASSERT_TRUE(fs.RemoveTree(folder.substr(0, folder.rfind('/'))));
      },
  };
  Open();
  SendToEach();
  for (const Touch touch : touches) {
    const StoreContents contents = ReadStore(*store_);
    Stop();
    touch(fs_, "store/consumequeue/topic-7/2");
    Open();
    EXPECT_GE(store_->recovery().queues_repaired, 1);
    EXPECT_EQ(Difference(ReadStore(*store_), contents), "");
    SendToEach();
  }
}

TEST_F(ManyQueuesTest, StampsOfAnotherTimeAreNotBelieved) {
  Open();
  SendToEach();
  Stop();
  const auto stamps = ReadWholeFile(fs_, "store/pintle.queues");
  ASSERT_TRUE(stamps);
  Open();
  SendToEach();
  const StoreContents contents = ReadStore(*store_);
  Stop();
  ASSERT_TRUE(WriteFileAtomically(fs_, "store/pintle.queues", *stamps, false));
  Open();
  EXPECT_EQ(Difference(ReadStore(*store_), contents), "");
  Stop();
  std::string damaged = *ReadWholeFile(fs_, "store/pintle.queues");
  damaged[damaged.size() / 2] ^= 1;
  ASSERT_TRUE(WriteFileAtomically(fs_, "store/pintle.queues", damaged, false));
  Open();
  EXPECT_EQ(Difference(ReadStore(*store_), contents), "");
}

TEST_F(ManyQueuesTest, EntriesThatCannotBeWrittenAreFeltBySenders) {
  options_.background_threads = true;
  options_.queue_flush_interval_ms = 1;
  options_.append_wait_ms = 0;
  options_.unwritten_entries_max = 100;
  const SystemClock clock;
  auto store = OpenStore(faults_, clock, options_);
  ASSERT_NE(store, nullptr);
  faults_.Block({FileOperation::kWrite});
  Result<Appended> sent;
  int count = 0;
  while ((sent = Send(*store, {.body = "x"})) ||
         sent.error().message.find("segment") != std::string::npos)
    ASSERT_LE(count += sent ? 1 : 0, 101);
  EXPECT_EQ(sent.error().code, ErrorCode::kOverloaded);
  EXPECT_EQ(count, 101);
  EXPECT_EQ(ReadQueue(*store, "topic", 0).size(), 101u);
  faults_.Unblock();
  while (!Send(*store, {.body = "x"})) std::this_thread::yield();
  EXPECT_TRUE(store->Close());
}

// A commit waits for the log and for nothing else.
TEST_F(ManyQueuesTest, ADiskThatHangsOverAQueueHoldsUpNoCommit) {
  options_.background_threads = true;
  options_.flush = FlushMode::kSync;
  options_.queue_flush_interval_ms = 1;
  const SystemClock clock;
  auto store = OpenStore(faults_, clock, options_);
  ASSERT_NE(store, nullptr);
  faults_.Block({FileOperation::kWrite});
  ASSERT_TRUE(Send(*store, {.body = "one", .keys = "key"}));
  faults_.WaitForBlocked(1);
  for (int i = 0; i < 3; ++i) {
    const auto sent = Send(*store, {.body = "two"});
    ASSERT_TRUE(sent);
    while (store->durable() < sent->end) std::this_thread::yield();
  }
  EXPECT_EQ(ReadQueue(*store, "topic", 0).size(), 4u);
  faults_.Unblock();
  EXPECT_TRUE(store->Close());
}

}  // namespace
}  // namespace pintle::store
