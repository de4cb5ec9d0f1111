// Queues, index and marks are made anew from the log, and the log stays as it was.
#include "store/tool/store_repair.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/memory_file_system.h"
#include "store/store_testing.h"
#include "store/tool/store_verification.h"

namespace pintle::store {
namespace {

class StoreRepairTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto store = OpenStore(fs_, clock_, SmallStoreOptions());
    ASSERT_NE(store, nullptr);
    for (int i = 0; i < 60; ++i) {
      TestMessage message;
      message.topic = i % 3 == 0 ? "even" : "odd";
      message.queue_id = i % 2;
      message.body = std::string(100, 'b');
      message.keys = fmt::format("key-{}", i);
      ASSERT_TRUE(Send(*store, message));
    }
    before_ = ReadStore(*store);
    ASSERT_TRUE(store->Close());
  }

  void Overwrite(const std::string& path, int64_t at, std::byte with) {
    auto file = fs_.Open(path, OpenMode::kReadWrite);
    ASSERT_TRUE(file) << path;
    ASSERT_TRUE((*file)->WriteAt(at, ByteView(&with, 1)));
  }

  RepairReport Repair(bool cut_torn_tail = false) {
    const auto stopped = StoppedStore::Open(fs_, "store");
    EXPECT_TRUE(stopped);
    const auto report = StoreRepair(**stopped, clock_, {.cut_torn_tail = cut_torn_tail}).Run();
    EXPECT_TRUE(report) << report.error().message;
    return report ? *report : RepairReport();
  }

  VerificationReport Verify() {
    const auto stopped = StoppedStore::Open(fs_, "store");
    EXPECT_TRUE(stopped);
    VerificationListener listener;
    listener.on_damage = [](const StoreDamage& damage) {
      ADD_FAILURE() << damage.file << " at " << damage.at << ": " << damage.what;
    };
    const auto report = StoreVerification(**stopped, listener).Run();
    EXPECT_TRUE(report);
    return report ? *report : VerificationReport();
  }

  void ExpectServed() {
    auto store = OpenStore(fs_, clock_, SmallStoreOptions());
    ASSERT_NE(store, nullptr);
    EXPECT_EQ(Difference(before_, ReadStore(*store)), "");
    const auto found = store->Query("odd", "key-31", 10, 0, clock_.WallMs() + 1);
    EXPECT_EQ(found.records.size(), 1U);
    ASSERT_TRUE(store->Close());
  }

  MemoryFileSystem fs_;
  ManualClock clock_{1'700'000'000'000};
  StoreContents before_;
};

constexpr char kFirstFile[] = "00000000000000000000";

TEST_F(StoreRepairTest, DamagedQueuesAndIndexAreMadeAnew) {
  Overwrite(JoinPath("store/consumequeue/odd/1", kFirstFile), 47, std::byte{0x55});
  ASSERT_TRUE(fs_.RemoveTree("store/consumequeue/even/0"));
  const auto indexes = ListIndexFiles(fs_, "store/index");
  ASSERT_TRUE(indexes);
  Overwrite(indexes->front().path(), indexes->front().EntryPlace(5) + 11, std::byte{0x55});
  const RepairReport report = Repair();
  EXPECT_EQ(report.records, 60);
  EXPECT_EQ(report.queue_entries, 60);
  const VerificationReport verified = Verify();
  EXPECT_EQ(verified.queue_entries, 60);
  EXPECT_EQ(verified.index_entries, 60);
  for (const char* left : {"consumequeue.bak", "consumequeue.new", "index.bak", "index.new",
                           "checkpoint.bak", "checkpoint.new", "pintle.recovery.bak"})
    EXPECT_FALSE(*fs_.Exists(JoinPath("store", left))) << left;
  ExpectServed();
}

TEST_F(StoreRepairTest, AQueueWithoutMessagesKeepsItsNextOffset) {
  const std::string path = JoinPath("store/consumequeue/old/3", kFirstFile);
  ASSERT_TRUE(fs_.CreateDirectories("store/consumequeue/old/3"));
  const auto bytes = ReadWholeFile(fs_, JoinPath("store/consumequeue/odd/1", kFirstFile));
  ASSERT_TRUE(bytes);
  ASSERT_TRUE(WriteFileAtomically(fs_, path, *bytes, false));
  EXPECT_EQ(Repair().queues_kept, 1);
  EXPECT_EQ(*ReadWholeFile(fs_, path), *bytes);
}

TEST_F(StoreRepairTest, TheTornTailIsCutOnlyWhenAskedFor) {
  const LogOffset end = Verify().log_end;
  const int64_t base = end.value() / 4096 * 4096;
  const std::string path = JoinPath("store/commitlog", fmt::format("{:020}", base));
  Overwrite(path, end.value() - base + 1, std::byte{0x55});
  const std::string torn = *ReadWholeFile(fs_, path);
  EXPECT_EQ(Repair().tail_bytes_cut, 0);
  EXPECT_EQ(*ReadWholeFile(fs_, path), torn);
  EXPECT_GT(Repair(true).tail_bytes_cut, 0);
  Verify();
  ExpectServed();
}

TEST_F(StoreRepairTest, ARepairThatWasCutOffIsPutBack) {
  ASSERT_TRUE(fs_.Rename("store/consumequeue", "store/consumequeue.bak"));
  {
    const auto stopped = StoppedStore::Open(fs_, "store");
    ASSERT_TRUE(stopped);
    const auto moved = StoreRepair::PutBack(**stopped);
    ASSERT_TRUE(moved);
    EXPECT_TRUE(*moved);
  }
  EXPECT_EQ(Verify().queue_entries, 60);
}

}  // namespace
}  // namespace pintle::store
