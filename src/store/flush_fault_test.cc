// Disks that fail, that are slow, and that do not answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "base/fault_file_system.h"
#include "base/memory_file_system.h"
#include "base/random.h"
#include "store/store_testing.h"

namespace pintle::store {
namespace {

using ::testing::HasSubstr;

class FlushFaultTest : public ::testing::Test {
 protected:
  void Open() {
    store_.reset();
    store_ = OpenStore(faults_, clock_, options_);
    ASSERT_NE(store_, nullptr);
    store_->SetDurableListener([this](LogOffset durable) { told_ = durable; });
  }
  void ExpectRefusedForGood() {
    for (int i = 0; i < 3; ++i) {
      const auto refused = Send(*store_, {.body = "after"});
      ASSERT_FALSE(refused);
      EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
      EXPECT_THAT(refused.error().message, HasSubstr("until the broker is restarted"));
      store_->RunUpkeep();
    }
  }

  StoreOptions options_ = SmallStoreOptions();
  ManualClock clock_;
  MemoryFileSystem fs_;
  FaultFileSystem faults_{fs_};
  LogOffset told_;
  std::unique_ptr<DiskMessageStore> store_;
};

TEST_F(FlushFaultTest, AFailedSyncOfTheLogIsFinal) {
  options_.flush = FlushMode::kSync;
  Open();
  const auto kept = Send(*store_, {.body = "kept"});
  ASSERT_TRUE(kept);
  store_->RunUpkeep();
  EXPECT_EQ(told_, kept->end);
  ASSERT_TRUE(Send(*store_, {.body = "doubtful"}));
  fs_.FailSyncs(1);
  store_->RunUpkeep();
  // Later syncs would succeed and prove nothing.
  ExpectRefusedForGood();
  EXPECT_EQ(store_->durable(), kept->end);
  EXPECT_EQ(told_, kept->end) << "nothing is acknowledged after";
  EXPECT_EQ(ReadQueue(*store_, "topic", 0).size(), 2u) << "reads go on";
  EXPECT_FALSE(store_->Close());

  Random random(7);
  for (int i = 0; i < 20; ++i) {
    const auto image = fs_.CrashImage(random);
    const auto again = OpenStore(*image, clock_, options_);
    ASSERT_NE(again, nullptr);
    const auto messages = ReadQueue(*again, "topic", 0);
    ASSERT_GE(messages.size(), 1u);
    EXPECT_EQ(messages[0].body, "kept");
  }
}

TEST_F(FlushFaultTest, AFailedWriteOfWhatIsDerivedIsFinal) {
  for (const char* part : {"consumequeue", "index"}) {
    SCOPED_TRACE(part);
    Open();
    const size_t before = ReadQueue(*store_, "topic", 0).size();
    ASSERT_TRUE(Send(*store_, {.body = "kept", .keys = "key"}));
    faults_.Fail({.operations = {FileOperation::kWrite}, .path_part = part, .half_written = true});
    store_->RunUpkeep();
    ExpectRefusedForGood();
    EXPECT_EQ(ReadQueue(*store_, "topic", 0).size(), before + 1);
    faults_.Heal();
    Open();
    EXPECT_EQ(ReadQueue(*store_, "topic", 0).size(), before + 1);
    EXPECT_EQ(store_->Query("topic", "key", 8, 0, INT64_MAX).records.size(), before + 1);
    EXPECT_TRUE(store_->Writable());
    ASSERT_TRUE(store_->Close());
  }
}

TEST_F(FlushFaultTest, ADiskThatDoesNotKeepUpIsFeltBySenders) {
  options_.flush_bytes_max = 8192;
  Open();
  for (int round = 0; round < 5; ++round) {
    Result<Appended> sent;
    int count = 0;
    while ((sent = Send(*store_, {.body = std::string(1'000, 'x')}))) {
      ASSERT_LT(++count, 30);
    }
    EXPECT_GE(count, 12);
    EXPECT_EQ(sent.error().code, ErrorCode::kOverloaded);
    EXPECT_THAT(sent.error().message, HasSubstr("store.flush_bytes_max = 8192"));
    EXPECT_LE(store_->appended() - store_->durable(), 2 * 8192 + 4096);
    store_->RunUpkeep();
  }
}

TEST_F(FlushFaultTest, AHungDiskHoldsUpOnlyItsOwnThread) {
  options_.background_threads = true;
  options_.flush = FlushMode::kSync;
  options_.segment_bytes = 1 << 20;
  options_.queue_flush_interval_ms = 1;
  SystemClock clock;
  auto store = OpenStore(faults_, clock, options_);
  ASSERT_NE(store, nullptr);
  const auto first = Send(*store, {.body = "one", .keys = "key"});
  ASSERT_TRUE(first);
  while (store->durable() < first->end) std::this_thread::yield();

  faults_.Block({FileOperation::kMappedSync});
  EXPECT_TRUE(Send(*store, {.body = "two"}));
  faults_.WaitForBlocked(1);
  const LogOffset durable = store->durable();
  std::thread other([&store] {
    EXPECT_TRUE(Send(*store, {.body = "three"}));
    EXPECT_EQ(ReadQueue(*store, "topic", 0).size(), 3u);
    EXPECT_EQ(store->Query("topic", "key", 8, 0, INT64_MAX).records.size(), 1u);
    EXPECT_TRUE(store->Writable());
  });
  other.join();
  EXPECT_EQ(store->durable(), durable) << "nothing is acknowledged meanwhile";
  faults_.Unblock();
  while (store->durable() < store->appended()) std::this_thread::yield();
  EXPECT_TRUE(store->Close());
}

// Segments are made ahead by a thread of their own; a disk that hangs while one is made is felt when
// it is needed, and by nobody but senders.
TEST_F(FlushFaultTest, AHungDiskAtTheEndOfASegmentHoldsUpOnlySenders) {
  options_.background_threads = true;
  options_.append_wait_ms = 0;
  SystemClock clock;
  auto store = OpenStore(faults_, clock, options_);
  ASSERT_NE(store, nullptr);
  std::atomic<int> told = 0;
  store->SetRoomListener([&told] { ++told; });
  faults_.Block({FileOperation::kAllocate});
  Result<Appended> sent;
  size_t count = 0;
  while ((sent = Send(*store, {.body = std::string(500, 'x')}))) ASSERT_LT(++count, 100u);
  EXPECT_EQ(sent.error().code, ErrorCode::kOverloaded);
  EXPECT_THAT(sent.error().message, HasSubstr("the next segment"));
  faults_.WaitForBlocked(1);
  EXPECT_FALSE(Send(*store, {.body = std::string(500, 'x')}));
  EXPECT_EQ(ReadQueue(*store, "topic", 0).size(), count);
  EXPECT_TRUE(store->Writable());

  faults_.Unblock();
  while (!Send(*store, {.body = std::string(500, 'x')})) std::this_thread::yield();
  EXPECT_GT(told, 0) << "the refused are told";
  EXPECT_EQ(ReadQueue(*store, "topic", 0).size(), count + 1);
  EXPECT_TRUE(store->Close());
}

TEST_F(FlushFaultTest, AnAppendThatMayWaitIsDoneWhenTheDiskComesBack) {
  options_.background_threads = true;
  options_.append_wait_ms = 600'000;
  SystemClock clock;
  auto store = OpenStore(faults_, clock, options_);
  ASSERT_NE(store, nullptr);
  faults_.Block({FileOperation::kAllocate});
  std::thread sender([&store] {
    for (int i = 0; i < 40; ++i) EXPECT_TRUE(Send(*store, {.body = std::string(500, 'x')}));
  });
  faults_.WaitForBlocked(1);
  EXPECT_LT(store->MaxOffset("topic", 0), QueueOffset(40));
  faults_.Unblock();
  sender.join();
  EXPECT_EQ(ReadQueue(*store, "topic", 0).size(), 40u);
  EXPECT_TRUE(store->Close());
}

// What a slow disk would not write before the sender gives up is not stored.
TEST_F(FlushFaultTest, UnderSyncFlushASlowDiskIsGivenLess) {
  options_.flush = FlushMode::kSync;
  options_.segment_bytes = 8 << 20;
  Open();
  const auto fill = [this] {
    int count = 0;
    while (Send(*store_, {.body = std::string(100'000, 'x')})) {
      if (++count == 1'000) break;
    }
    return count;
  };
  fs_.SetObserver([this](const FileEvent& event) {
    if (event.operation == FileOperation::kMappedSync) clock_.Advance(1'000);
  });
  EXPECT_EQ(fill(), 167) << "16 MiB to begin with";
  for (int i = 0; i < 8; ++i) {
    store_->RunUpkeep();
    ASSERT_TRUE(Send(*store_, {.body = "a sync each"}));
  }
  store_->RunUpkeep();
  EXPECT_EQ(fill(), 3) << "256 KiB, and what gets past it";
  fs_.SetObserver(nullptr);
  store_->RunUpkeep();
  EXPECT_EQ(fill(), 6) << "a disk that is quick again is given more";
}

class FullDiskStartTest : public FlushFaultTest {
 protected:
  // A store with some messages, stopped.
  void Make() {
    Open();
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(Send(*store_, {.body = std::string(700, 'x')}));
    contents_ = ReadStore(*store_);
    end_ = store_->appended();
    ASSERT_TRUE(store_->Close());
    store_.reset();
  }
  std::string LastSegment() {
    std::string last;
    const auto entries = fs_.List("store/commitlog");
    if (entries) {
      for (const DirEntry& entry : *entries) last = std::max(last, entry.name);
    }
    return "store/commitlog/" + last;
  }
  void FillDisk() {
    const auto space = fs_.Space("store");
    ASSERT_TRUE(space);
    fs_.SetCapacity(space->total_bytes - space->free_bytes);
  }
  void ExpectServesReadsAndComesBack() {
    Open();
    ASSERT_NE(store_, nullptr);
    EXPECT_EQ(Difference(ReadStore(*store_), contents_), "");
    const auto refused = Send(*store_, {.body = "none"});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kNoSpace);
    EXPECT_THAT(refused.error().message, HasSubstr("the disk is full"));
    store_->RunUpkeep();
    EXPECT_EQ(Difference(ReadStore(*store_), contents_), "");
    fs_.SetCapacity(1 << 30);
    store_->RunUpkeep();
    const auto sent = Send(*store_, {.body = "again"});
    ASSERT_TRUE(sent) << sent.error().message;
    EXPECT_EQ(ReadQueue(*store_, "topic", 0).back().body, "again");
    EXPECT_TRUE(store_->Close());
  }

  StoreContents contents_;
  LogOffset end_;
};

TEST_F(FullDiskStartTest, WithASegmentThatIsShort) {
  options_.segment_bytes = 16'384;
  Make();
  const std::string path = LastSegment();
  auto file = fs_.Open(path, OpenMode::kReadWrite);
  ASSERT_TRUE(file);
  // As RocketMQ leaves it: cut behind its last message.
  ASSERT_TRUE((*file)->Truncate(end_.value() % 16'384));
  FillDisk();
  ExpectServesReadsAndComesBack();
}

TEST_F(FullDiskStartTest, WithoutASegmentToAppendTo) {
  Make();
  ASSERT_TRUE(fs_.Remove(LastSegment()));
  FillDisk();
  Open();
  ASSERT_NE(store_, nullptr);
  EXPECT_FALSE(store_->Writable());
  EXPECT_GE(ReadQueue(*store_, "topic", 0).size(), 5u);
  fs_.SetCapacity(1 << 30);
  store_->RunUpkeep();
  EXPECT_TRUE(Send(*store_, {.body = "again"}));
}

}  // namespace
}  // namespace pintle::store
