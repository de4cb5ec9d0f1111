// Disks that fail, that are slow, and that do not answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
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
    EXPECT_THAT(sent.error().message, HasSubstr("store.flush_bytes_max"));
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

}  // namespace
}  // namespace pintle::store
