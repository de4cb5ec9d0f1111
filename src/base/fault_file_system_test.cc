#include "base/fault_file_system.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/memory_file_system.h"

namespace pintle {
namespace {

class FaultFileSystemTest : public testing::Test {
 protected:
  MemoryFileSystem below_;
  FaultFileSystem fs_{below_};
};

TEST_F(FaultFileSystemTest, FailsTheChosenOperationsAfterSoMany) {
  auto file = *fs_.Open("a", OpenMode::kCreate);
  fs_.Fail(
      {.operations = {FileOperation::kWrite}, .code = ErrorCode::kNoSpace, .after = 1, .count = 2});
  EXPECT_TRUE(file->WriteAt(0, AsBytes("1")));
  EXPECT_TRUE(file->Sync());
  EXPECT_EQ(file->WriteAt(0, AsBytes("2")).error().code, ErrorCode::kNoSpace);
  EXPECT_EQ(file->WriteAt(0, AsBytes("3")).error().code, ErrorCode::kNoSpace);
  EXPECT_TRUE(file->WriteAt(0, AsBytes("4")));
  EXPECT_EQ(*ReadWholeFile(below_, "a"), "4");
  EXPECT_EQ(fs_.operations(), 6);
  EXPECT_EQ(fs_.failures(), 2);
}

TEST_F(FaultFileSystemTest, FailsOnlyPathsThatMatchUntilHealed) {
  fs_.Fail({.path_part = "log/", .count = FileFault::kForever});
  EXPECT_TRUE(fs_.CreateDirectories("queue/x"));
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(fs_.CreateDirectories("log/x").error().code, ErrorCode::kIo);
  fs_.Heal();
  EXPECT_TRUE(fs_.CreateDirectories("log/x"));
}

TEST_F(FaultFileSystemTest, FailedWriteMayBeHalfDone) {
  auto file = *fs_.Open("a", OpenMode::kCreate);
  fs_.Fail({.operations = {FileOperation::kWrite}, .half_written = true});
  EXPECT_FALSE(file->WriteAt(0, AsBytes("abcd")));
  EXPECT_EQ(*ReadWholeFile(below_, "a"), "ab");
}

TEST_F(FaultFileSystemTest, FailedSyncLeavesTheBytesUnsynced) {
  auto file = *fs_.Open("a", OpenMode::kCreate);
  ASSERT_TRUE(fs_.SyncDirectory("/"));
  ASSERT_TRUE(file->Allocate(4096));
  auto region = *file->Map(4096, MapAccess::kReadWrite);
  fs_.Fail({.operations = {FileOperation::kSync, FileOperation::kMappedSync}, .count = 2});
  EXPECT_FALSE(file->Sync());
  EXPECT_FALSE(region->Sync(0, 4096));
  EXPECT_TRUE(region->Sync(0, 4096));
}

TEST_F(FaultFileSystemTest, HungDiskHoldsTheCallerUntilReleased) {
  auto file = *fs_.Open("a", OpenMode::kCreate);
  fs_.Block({FileOperation::kSync});
  std::thread syncer([&file] { EXPECT_TRUE(file->Sync()); });
  fs_.WaitForBlocked(1);
  EXPECT_TRUE(file->WriteAt(0, AsBytes("others go on")));
  fs_.Unblock();
  syncer.join();
}

TEST_F(FaultFileSystemTest, SlowDiskStillAnswers) {
  fs_.Delay(FileOperationSet::All(), 100);
  EXPECT_TRUE(WriteFileAtomically(fs_, "a", "text", false));
  fs_.Heal();
  EXPECT_EQ(*ReadWholeFile(fs_, "a"), "text");
}

// Fail each operation in turn: a reader finds the old or the new text, and a refused replacement
// leaves no scrap behind, unless removing it was what failed.
TEST_F(FaultFileSystemTest, AtomicWriteIsAtomicWhicheverOperationFails) {
  ASSERT_TRUE(WriteFileAtomically(fs_, "a", "old", true));
  const int64_t before = fs_.operations();
  ASSERT_TRUE(WriteFileAtomically(fs_, "a", "old", true));
  const int64_t needed = fs_.operations() - before;
  for (int64_t nth = 0; nth < needed; ++nth) {
    for (const int64_t count : {int64_t{1}, FileFault::kForever}) {
      ASSERT_TRUE(WriteFileAtomically(below_, "a", "old", false));
      fs_.Fail({.after = nth, .count = count, .half_written = true});
      EXPECT_FALSE(WriteFileAtomically(fs_, "a", "new", true));
      fs_.Heal();
      const std::string found = *ReadWholeFile(below_, "a");
      // Only the folder's sync comes after the new text is in place.
      EXPECT_EQ(found, nth + 1 == needed ? "new" : "old");
      if (count == 1) {
        EXPECT_FALSE(*below_.Exists("a.tmp")) << nth;
      }
    }
  }
}

}  // namespace
}  // namespace pintle
