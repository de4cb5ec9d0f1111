// What a start after a clean stop reads of the log's last segment.
#include <gtest/gtest.h>

#include <string>

#include "base/fault_file_system.h"
#include "base/memory_file_system.h"
#include "base/random.h"
#include "store/store_layout.h"
#include "store/store_testing.h"

namespace pintle::store {
namespace {

class CleanStartTest : public ::testing::Test {
 protected:
  CleanStartTest() { options_.segment_bytes = 64 << 10; }
  void Open() { store_ = OpenStore(faults_, clock_, options_); }
  void Stop() {
    ASSERT_TRUE(store_->Close());
    store_.reset();
  }
  void SendSome(int count) {
    for (int i = 0; i < count; ++i)
      ASSERT_TRUE(Send(*store_, {.body = fmt::format("{}", sent_++)}));
  }
  // A store with messages, stopped; where its log ends in its last segment.
  int64_t MakeStore() {
    Open();
    SendSome(5);
    const int64_t end = store_->appended().value();
    Stop();
    return end;
  }
  void Overwrite(int64_t at, std::string_view text) {
    const auto file = fs_.Open(segment_, OpenMode::kReadWrite);
    ASSERT_TRUE(file);
    ASSERT_TRUE((*file)->WriteAt(at, AsBytes(text)));
  }
  // Whether everything from `from` on is zero.
  bool IsBlank(int64_t from) {
    const auto text = ReadWholeFile(fs_, segment_);
    return text && text->find_first_not_of('\0', static_cast<size_t>(from)) == std::string::npos;
  }
  // A start that reads the segment otherwise than through its mapping fails.
  bool StartsWithoutReadingTheTail() {
    faults_.Fail({.operations = {FileOperation::kRead},
                  .path_part = "commitlog",
                  .count = FileFault::kForever});
    const auto store = DiskMessageStore::Open(faults_, clock_, options_);
    faults_.Heal();
    return store.has_value();
  }

  StoreOptions options_ = SmallStoreOptions();
  ManualClock clock_;
  MemoryFileSystem fs_;
  FaultFileSystem faults_{fs_};
  const std::string segment_ = "store/commitlog/" + OffsetFileName(0);
  int sent_ = 0;
  std::unique_ptr<DiskMessageStore> store_;
};

TEST_F(CleanStartTest, WhatIsKnownToBeBlankIsNotRead) {
  MakeStore();
  EXPECT_TRUE(StartsWithoutReadingTheTail());
}

TEST_F(CleanStartTest, WithoutAStampItIsRead) {
  MakeStore();
  ASSERT_TRUE(fs_.Remove("store/pintle.queues"));
  EXPECT_FALSE(StartsWithoutReadingTheTail());
}

TEST_F(CleanStartTest, AfterACrashItIsRead) {
  MakeStore();
  Open();
  store_.reset();
  EXPECT_FALSE(StartsWithoutReadingTheTail());
}

TEST_F(CleanStartTest, ASegmentThatWasChangedSinceIsNotBelieved) {
  const int64_t end = MakeStore();
  for (const int64_t behind : {0, 8, 5'000}) {
    Overwrite(end + behind, "torn");
    Open();
    ASSERT_NE(store_, nullptr);
    EXPECT_TRUE(IsBlank(end)) << behind;
    Stop();
    EXPECT_TRUE(IsBlank(end)) << behind;
  }
  Open();
  SendSome(3);
  EXPECT_EQ(ReadQueue(*store_, "topic", 0).size(), 8U);
}

// The stamp says what it should, and lies all the same: it is of another file.
TEST_F(CleanStartTest, AStampOfAnotherFileIsNotBelieved) {
  const int64_t end = MakeStore();
  const std::string text = *ReadWholeFile(fs_, segment_);
  ASSERT_TRUE(fs_.Remove(segment_));
  {
    const auto file = fs_.Open(segment_, OpenMode::kCreateNew);
    ASSERT_TRUE((*file)->WriteAt(0, AsBytes(text)));
  }
  Overwrite(end + 100, "torn");
  Open();
  ASSERT_NE(store_, nullptr);
  EXPECT_TRUE(IsBlank(end));
}

TEST_F(CleanStartTest, WhatWasBlankedStaysBlankAfterAPowerLoss) {
  const int64_t end = MakeStore();
  Overwrite(end + 100, "torn");
  {
    const auto file = fs_.Open(segment_, OpenMode::kReadWrite);
    ASSERT_TRUE((*file)->Sync());
  }
  Open();
  Stop();
  for (uint64_t seed = 0; seed < 20; ++seed) {
    Random random(seed);
    const auto image = fs_.CrashImage(random);
    const auto store = OpenStore(*image, clock_, options_);
    ASSERT_NE(store, nullptr);
    const auto text = ReadWholeFile(*image, segment_);
    ASSERT_TRUE(text);
    EXPECT_EQ(text->find_first_not_of('\0', static_cast<size_t>(end)), std::string::npos);
  }
}

}  // namespace
}  // namespace pintle::store
