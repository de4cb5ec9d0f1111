// What is deleted, what is not, and a disk that is full for a while.
#include "store/retention.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/fault_file_system.h"
#include "base/local_time.h"
#include "base/memory_file_system.h"
#include "store/store_testing.h"

namespace pintle::store {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kHour = 3'600'000;

class RetentionTest : public ::testing::Test {
 protected:
  RetentionTest() {
    options_.delete_hours.bits = 1U << HourNow();
    options_.reserved_hours = 48;
  }

  int32_t HourNow() const { return LocalTime(clock_.WallMs()).tm_hour; }
  void Open() {
    store_.reset();
    store_ = OpenStore(faults_, clock_, options_);
    ASSERT_NE(store_, nullptr);
  }
  // A segment holds three of them.
  void SendMany(int count, std::string_view topic = "topic") {
    for (int i = 0; i < count; ++i) {
      const auto sent = Send(
          *store_, {.topic = std::string(topic), .body = std::string(1'000, 'x'), .keys = "k"});
      ASSERT_TRUE(sent) << sent.error().message;
    }
  }
  void Upkeep() {
    store_->RunUpkeep();  // writes a recovery point
    store_->RunUpkeep();  // what it allows to be deleted is deleted
    store_->RunUpkeep();  // queues and index follow
  }
  size_t FilesIn(const std::string& folder) {
    const auto entries = fs_.List(folder);
    return entries ? entries->size() : 0;
  }

  StoreOptions options_ = SmallStoreOptions();
  ManualClock clock_;
  MemoryFileSystem fs_{{.track_crashes = false}};
  FaultFileSystem faults_{fs_};
  std::unique_ptr<DiskMessageStore> store_;
};

TEST_F(RetentionTest, OldSegmentsGoWithTheirEntriesAndKeys) {
  Open();
  SendMany(100, "old");
  SendMany(100);
  clock_.Advance(24 * kHour);
  SendMany(100);
  Upkeep();
  EXPECT_EQ(store_->min_offset(), LogOffset(0)) << "nothing is old enough";
  const size_t queue_files = FilesIn("store/consumequeue/topic/0");
  const size_t index_files = FilesIn("store/index");

  clock_.Advance(24 * kHour);
  // Ten segments a turn.
  for (int i = 0; i < 10; ++i) Upkeep();
  const QueueOffset min = store_->MinOffset("topic", 0);
  EXPECT_GE(min, QueueOffset(97));
  EXPECT_LE(min, QueueOffset(100)) << "only what is older than two days";
  EXPECT_EQ(store_->MaxOffset("topic", 0), QueueOffset(200));
  EXPECT_EQ(store_->MinOffset("old", 0), QueueOffset(100));
  EXPECT_EQ(store_->MaxOffset("old", 0), QueueOffset(100)) << "its length is not forgotten";
  EXPECT_EQ(FilesIn("store/commitlog"),
            store_->appended().value() / 4096 + 1 - store_->min_offset().value() / 4096);
  EXPECT_LT(FilesIn("store/consumequeue/topic/0"), queue_files);
  EXPECT_EQ(FilesIn("store/consumequeue/old/0"), 1u);
  EXPECT_LT(FilesIn("store/index"), index_files);
  const auto result = store_->Read("topic", 0, QueueOffset(5), ReadLimits(), nullptr);
  EXPECT_EQ(result.status, ReadStatus::kOffsetTooSmall);
  EXPECT_EQ(result.next, min);
  EXPECT_EQ(ReadQueue(*store_, "topic", 0).size(), static_cast<size_t>(QueueOffset(200) - min));
}

// After a crash and after a stop, at each of the moments between the deletions.
TEST_F(RetentionTest, RestartsDoNotForgetWhereQueuesStand) {
  Open();
  SendMany(100, "old");
  clock_.Advance(24 * kHour);
  SendMany(100);
  clock_.Advance(24 * kHour);
  for (int i = 0; i < 12; ++i) {
    store_->RunUpkeep();
    const auto before = ReadStore(*store_);
    if (i % 3 == 2) {
      ASSERT_TRUE(store_->Close());
    }
    Open();
    EXPECT_EQ(Difference(before, ReadStore(*store_)), "") << i;
    EXPECT_EQ(store_->MaxOffset("old", 0), QueueOffset(100)) << i;
    EXPECT_EQ(store_->MaxOffset("topic", 0), QueueOffset(100)) << i;
    EXPECT_EQ(store_->recovery().queues_repaired, 0) << i;
  }
  EXPECT_EQ(store_->MinOffset("old", 0), QueueOffset(99))
      << "it shares a segment with younger ones";
}

TEST_F(RetentionTest, DeletesAtEachOfItsHours) {
  options_.delete_hours.bits = 0;
  options_.delete_hours.Add((HourNow() + 5) % 24);
  options_.delete_hours.Add(HourNow());
  Open();
  SendMany(30);
  clock_.Advance(24 * kHour * 3);
  SendMany(3);
  Upkeep();
  EXPECT_GT(store_->min_offset(), LogOffset(0));
}

TEST_F(RetentionTest, WaitsForItsHourUnlessTheDiskIsRatherFull) {
  options_.delete_hours.bits = 1U << (HourNow() + 5) % 24;
  Open();
  SendMany(30);
  clock_.Advance(24 * kHour * 3);
  SendMany(3);
  Upkeep();
  EXPECT_EQ(store_->min_offset(), LogOffset(0));
  // Four fifths full: more than disk_clean_percent, less than disk_force_clean_percent.
  const auto space = fs_.Space("store");
  fs_.SetCapacity((space->total_bytes - space->free_bytes) * 5 / 4);
  Upkeep();
  EXPECT_GT(store_->min_offset(), LogOffset(0));
  EXPECT_LE(store_->MinOffset("topic", 0), QueueOffset(30));
  EXPECT_TRUE(store_->Writable());
}

TEST_F(RetentionTest, AClockThatJumpsMakesNothingOld) {
  Open();
  SendMany(30);
  for (const int64_t jump : {24 * 100 * kHour, -24 * 200 * kHour, 24 * 100 * kHour}) {
    clock_.JumpWall(jump);
    for (int i = 0; i < 3; ++i) {
      clock_.Advance(1'000);
      Upkeep();
    }
    EXPECT_EQ(store_->min_offset(), LogOffset(0)) << jump;
  }
  EXPECT_EQ(ReadQueue(*store_, "topic", 0).size(), 30u);
  // A clock that stays where it went is right.
  clock_.JumpWall(24 * 100 * kHour);
  Upkeep();
  clock_.Advance(CarefulClock::kBelieveAfterMs);
  Upkeep();
  EXPECT_GT(store_->min_offset(), LogOffset(0));
}

TEST_F(RetentionTest, WhatCannotBeReadIsNotOld) {
  Open();
  SendMany(9);
  ASSERT_TRUE(store_->Close());
  // Nothing tells how old the messages are.
  faults_.Fail({.operations = {FileOperation::kMap},
                .path_part = "commitlog",
                .count = FileFault::kForever});
  auto store = DiskMessageStore::Open(faults_, clock_, options_);
  faults_.Heal();
  clock_.Advance(24 * kHour * 30);
  if (store) {
    (*store)->RunUpkeep();
    (*store)->RunUpkeep();
    store->reset();
  }
  Open();
  EXPECT_EQ(ReadQueue(*store_, "topic", 0).size(), 9u);
}

TEST_F(RetentionTest, AnUnknownAmountOfSpaceDeletesAndRefusesNothing) {
  Open();
  SendMany(30);
  clock_.Advance(24 * kHour * 30);
  faults_.Fail({.operations = {FileOperation::kSpace}, .count = FileFault::kForever});
  Upkeep();
  EXPECT_EQ(store_->min_offset(), LogOffset(0));
  EXPECT_TRUE(store_->Writable());
  EXPECT_TRUE(Send(*store_, {.body = "x"}));
}

TEST_F(RetentionTest, TheOldestGoesWhenTheDiskFillsUp) {
  Open();
  fs_.SetCapacity(64 * 4096);
  for (int i = 0; i < 100; ++i) {
    SendMany(3);
    Upkeep();
    ASSERT_TRUE(store_->Writable()) << i;
  }
  EXPECT_GT(store_->min_offset(), LogOffset(0));
  EXPECT_EQ(store_->MaxOffset("topic", 0), QueueOffset(300));
  EXPECT_GT(ReadQueue(*store_, "topic", 0).size(), 50u) << "no more than must";
}

TEST_F(RetentionTest, AReaderKeepsWhatItReads) {
  Open();
  SendMany(30);
  Upkeep();
  const auto slice = store_->ReadRecord(LogOffset(0));
  ASSERT_TRUE(slice);
  const std::string before(AsText(slice->bytes));
  fs_.SetCapacity(1);
  Upkeep();
  Upkeep();
  EXPECT_EQ(store_->min_offset(), LogOffset(4096)) << "its space may be enough";
  EXPECT_EQ(AsText(slice->bytes), before);
  EXPECT_FALSE(store_->ReadRecord(LogOffset(0)));
}

TEST_F(RetentionTest, AFullDiskRefusesWithTheRemedyAndComesBack) {
  options_.disk_force_clean_percent = 100;
  Open();
  SendMany(30);
  Upkeep();
  const auto space = fs_.Space("store");
  const int64_t used = space->total_bytes - space->free_bytes;
  fs_.SetCapacity(used * 100 / 91);
  store_->RunUpkeep();
  const auto refused = Send(*store_, {.body = "x"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kNoSpace);
  EXPECT_THAT(refused.error().message, HasSubstr("store.disk_full_percent = 90"));
  EXPECT_THAT(refused.error().message, HasSubstr("91."));
  EXPECT_EQ(ReadQueue(*store_, "topic", 0).size(), 30u) << "reads go on";

  fs_.SetCapacity(used * 2);
  store_->RunUpkeep();
  EXPECT_TRUE(Send(*store_, {.body = "x"}));
}

TEST_F(RetentionTest, TooFewFreeBytesRefuseToo) {
  options_.disk_free_bytes_min = 1 << 20;
  options_.disk_clean_percent = options_.disk_force_clean_percent = options_.disk_full_percent =
      100;
  Open();
  SendMany(1);
  const auto space = fs_.Space("store");
  fs_.SetCapacity(space->total_bytes - space->free_bytes + (1 << 20) - 1);
  store_->RunUpkeep();
  const auto refused = Send(*store_, {.body = "x"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kNoSpace);
  EXPECT_THAT(refused.error().message, HasSubstr("store.disk_free_bytes_min = 1048576"));
}

// A stranger fills the disk between two looks at it: the next segment is refused, the log stays as
// it is, and service resumes by itself.
TEST_F(RetentionTest, ASegmentThatFindsNoSpaceIsNotTheEnd) {
  options_.disk_full_percent = 100;
  options_.disk_free_bytes_min = 1000;
  Open();
  SendMany(2);
  const auto space = fs_.Space("store");
  const int64_t used = space->total_bytes - space->free_bytes;
  fs_.SetCapacity(used + 5'000);
  SendMany(1);
  for (int i = 0; i < 3; ++i) {
    const auto refused = Send(*store_, {.body = std::string(1'000, 'x')});
    ASSERT_FALSE(refused) << i;
    EXPECT_EQ(refused.error().code, ErrorCode::kNoSpace) << i;
    EXPECT_THAT(refused.error().message, HasSubstr("free some space")) << i;
    store_->RunUpkeep();
  }
  EXPECT_EQ(ReadQueue(*store_, "topic", 0).size(), 3u);
  fs_.SetCapacity(used + 500'000);
  store_->RunUpkeep();
  SendMany(20);
  Open();
  EXPECT_EQ(ReadQueue(*store_, "topic", 0).size(), 23u);
}

// The disk itself says no, although it seemed to have space.
TEST_F(RetentionTest, AFailedAllocationIsNotTheEnd) {
  Open();
  SendMany(3);
  faults_.Fail({.operations = {FileOperation::kAllocate}, .code = ErrorCode::kNoSpace});
  const auto refused = Send(*store_, {.body = std::string(1'000, 'x')});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kNoSpace);
  EXPECT_EQ(store_->Writable().error().code, ErrorCode::kNoSpace);
  store_->RunUpkeep();
  SendMany(3);
  EXPECT_EQ(ReadQueue(*store_, "topic", 0).size(), 6u);
}

TEST_F(RetentionTest, QueueFilesThatFindNoSpaceAreWrittenLater) {
  Open();
  SendMany(3);
  faults_.Fail({.operations = {FileOperation::kWrite},
                .path_part = "consumequeue",
                .code = ErrorCode::kNoSpace,
                .half_written = true});
  store_->RunUpkeep();
  EXPECT_TRUE(store_->Writable()) << "the same turn found space again";
  store_->RunUpkeep();
  SendMany(3);
  const auto before = ReadStore(*store_);
  ASSERT_TRUE(store_->Close());
  Open();
  EXPECT_EQ(Difference(before, ReadStore(*store_)), "");
}

// A disk of 64 MB with a broker's own threads, filled by messages until it refuses, then freed.
TEST_F(RetentionTest, ASmallDiskIsFilledAndFreed) {
  constexpr int64_t kMiB = 1 << 20;
  options_.background_threads = true;
  options_.segment_bytes = 4 * kMiB;
  options_.disk_free_bytes_min = kMiB;
  options_.disk_force_clean_percent = options_.disk_full_percent = options_.disk_clean_percent =
      100;
  options_.queue_file_entries = 1'000;
  options_.index_slots = 1'000;
  options_.index_entries = 4'000;
  // No recovery point, so nothing may be deleted.
  options_.checkpoint_interval_ms = 3'600'000;
  SystemClock clock;
  MemoryFileSystem fs{{.track_crashes = false, .capacity_bytes = 64 * kMiB}};
  auto store = OpenStore(fs, clock, options_);
  ASSERT_NE(store, nullptr);
  int stored = 0;
  Result<Appended> sent;
  while ((sent = Send(*store, {.body = std::string(64'000, 'x')}))) ++stored;
  EXPECT_EQ(sent.error().code, ErrorCode::kNoSpace) << sent.error().message;
  EXPECT_THAT(sent.error().message, HasSubstr("store.disk_free_bytes_min"));
  EXPECT_GT(stored, 800);
  EXPECT_EQ(ReadQueue(*store, "topic", 0).size(), static_cast<size_t>(stored));
  fs.SetCapacity(128 * kMiB);
  const int64_t freed = clock.MonotonicMs();
  while (!Send(*store, {.body = "x"}) && clock.MonotonicMs() - freed < 60'000) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_TRUE(store->Writable());
  EXPECT_LT(clock.MonotonicMs() - freed, 5'000);
  ASSERT_TRUE(store->Close());
}

TEST(CarefulClockTest, FollowsSmallStepsAndMistrustsLargeOnes) {
  ManualClock clock;
  CarefulClock careful(clock);
  clock.Advance(5'000);
  EXPECT_EQ(careful.NowMs(), clock.WallMs());
  clock.JumpWall(CarefulClock::kJumpMs - 1);
  EXPECT_EQ(careful.NowMs(), clock.WallMs()) << "the clock is kept right";
  const int64_t before = clock.WallMs();
  clock.JumpWall(10 * kHour);
  EXPECT_EQ(careful.NowMs(), before);
  clock.Advance(kHour);
  EXPECT_EQ(careful.NowMs(), before + kHour);
  clock.JumpWall(-20 * kHour);
  EXPECT_EQ(careful.NowMs(), clock.WallMs()) << "back: messages are younger";
  clock.JumpWall(20 * kHour);
  EXPECT_EQ(careful.NowMs(), before + kHour);
  clock.Advance(CarefulClock::kBelieveAfterMs);
  EXPECT_EQ(careful.NowMs(), clock.WallMs());
}

}  // namespace
}  // namespace pintle::store
