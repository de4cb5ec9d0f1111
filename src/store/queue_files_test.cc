#include "store/queue_files.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "base/fault_file_system.h"
#include "base/memory_file_system.h"

namespace pintle::store {
namespace {

constexpr int32_t kEntries = 50'000;  // of a file
constexpr int64_t kAhead = ReadAhead::kPageBytes / QueueEntry::kBytes;

// One file is open at a time.
class QueueFilesTest : public ::testing::Test {
 protected:
  QueueFilesTest() { EXPECT_TRUE(fs_.CreateDirectories("/queues")); }

  std::string Folder(int32_t queue) const { return files_.Folder("t", queue); }
  // Entries whose log offsets are `base` and on.
  Status Write(int32_t queue, int64_t from, int64_t count, int64_t base) {
    std::vector<std::byte> entries(static_cast<size_t>(count) * QueueEntry::kBytes);
    for (int64_t i = 0; i < count; ++i) {
      QueueEntry{LogOffset(base + i), 1, 0}.Store(entries.data() +
                                                  static_cast<size_t>(i) * QueueEntry::kBytes);
    }
    return files_.Write(Folder(queue), QueueOffset(from), entries);
  }
  // Log offsets of up to `count` entries; empty if that failed.
  std::vector<int64_t> Read(int32_t queue, int64_t from, int64_t count) {
    std::vector<std::byte> bytes(static_cast<size_t>(count) * QueueEntry::kBytes);
    const auto got = files_.Read(Folder(queue), QueueOffset(from), bytes);
    std::vector<int64_t> offsets;
    for (size_t i = 0; i < got.value_or(0); ++i)
      offsets.push_back(QueueEntry::Load(bytes.data() + i * QueueEntry::kBytes).offset.value());
    return offsets;
  }
  void FailReads() {
    faults_.Fail({.operations = {FileOperation::kRead}, .count = FileFault::kForever});
  }

  MemoryFileSystem fs_;
  FaultFileSystem faults_{fs_};
  QueueFiles files_{faults_, "/queues", kEntries, /*open_max=*/1};
};

TEST_F(QueueFilesTest, ReadsOnWithoutTheFile) {
  ASSERT_TRUE(Write(0, 0, 1'000, 0));
  ASSERT_EQ(Read(0, 50, 32).size(), 32u);
  FailReads();
  for (int64_t at = 50; at + 32 <= 50 + kAhead; at += 32) {
    const auto offsets = Read(0, at, 32);
    ASSERT_EQ(offsets.size(), 32u) << at;
    EXPECT_EQ(offsets.front(), at);
    EXPECT_EQ(offsets.back(), at + 31);
  }
  EXPECT_TRUE(Read(0, 49, 32).empty());
  EXPECT_TRUE(Read(0, 50 + kAhead - 31, 32).empty());
}

TEST_F(QueueFilesTest, ReadsOnInMoreFilesThanAreOpenButNotInAnyNumber) {
  for (int32_t queue = 0; queue < 9; ++queue) ASSERT_TRUE(Write(queue, 0, 100, queue * 100));
  for (int32_t queue = 0; queue < 9; ++queue) ASSERT_EQ(Read(queue, 0, 32).size(), 32u);
  EXPECT_EQ(files_.open_files(), 1u);
  FailReads();
  for (int32_t queue = 1; queue < 9; ++queue)
    EXPECT_EQ(Read(queue, 32, 1), std::vector<int64_t>{queue * 100 + 32});
  EXPECT_TRUE(Read(0, 32, 1).empty());
}

TEST_F(QueueFilesTest, AnswersFewerEntriesAtTheEndOfAFile) {
  ASSERT_TRUE(Write(0, kEntries - 5, 10, 0));
  EXPECT_EQ(Read(0, kEntries - 5, 32), (std::vector<int64_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(Read(0, kEntries - 2, 32), (std::vector<int64_t>{3, 4}));
  EXPECT_EQ(Read(0, kEntries, 2), (std::vector<int64_t>{5, 6}));
}

TEST_F(QueueFilesTest, WhatIsWrittenIsReadAtOnce) {
  ASSERT_TRUE(Write(0, 0, 1'000, 0));
  EXPECT_EQ(Read(0, 100, 1), std::vector<int64_t>{100});
  ASSERT_TRUE(Write(0, 99, 2, 7'000));
  EXPECT_EQ(Read(0, 100, 1), std::vector<int64_t>{7'001});
  // The page that is kept ends within this entry.
  ASSERT_TRUE(Write(0, 100 + kAhead, 1, 8'000));
  EXPECT_EQ(Read(0, 100 + kAhead, 1), std::vector<int64_t>{8'000});
}

TEST_F(QueueFilesTest, AWriteElsewhereForgetsNothing) {
  ASSERT_TRUE(Write(0, 0, 1'000, 0));
  EXPECT_EQ(Read(0, 300, 1), std::vector<int64_t>{300});
  ASSERT_TRUE(Write(0, 290, 10, 7'000));
  ASSERT_TRUE(Write(0, 300 + kAhead + 1, 10, 7'000));
  ASSERT_TRUE(Write(1, 300, 10, 7'000));
  FailReads();
  EXPECT_EQ(Read(0, 300, 1), std::vector<int64_t>{300});
}

TEST_F(QueueFilesTest, AWriteThatFailsMayHaveChangedAPart) {
  ASSERT_TRUE(Write(0, 0, 10, 0));
  EXPECT_EQ(Read(0, 0, 1), std::vector<int64_t>{0});
  faults_.Fail({.operations = {FileOperation::kWrite}, .half_written = true});
  EXPECT_FALSE(Write(0, 0, 4, 7'000));
  EXPECT_EQ(Read(0, 0, 4), (std::vector<int64_t>{7'000, 7'001, 2, 3}));
}

TEST_F(QueueFilesTest, AFileThatIsGoneIsNotReadOn) {
  for (int32_t queue = 0; queue < 2; ++queue) {
    ASSERT_TRUE(Write(queue, 0, 10, 0));
    EXPECT_EQ(Read(queue, 0, 1), std::vector<int64_t>{0});
  }
  ASSERT_TRUE(files_.RemoveFile(Folder(0), QueueOffset(0)));
  EXPECT_TRUE(Read(0, 1, 1).empty());
  files_.Forget(files_.TopicFolder("t"));
  FailReads();
  EXPECT_TRUE(Read(1, 1, 1).empty());
}

// An access to another file closes the one before, so that reader and writer keep opening the same file
// at once, each by itself.
TEST_F(QueueFilesTest, AReaderNeverSeesWhatWasBeforeAWriteThatHasEnded) {
  QueueFiles& files = files_;
  const std::string busy = Folder(0);
  const std::string other = Folder(1);
  std::array<std::byte, QueueEntry::kBytes> entry;
  QueueEntry{LogOffset(1), 1, 0}.Store(entry.data());
  ASSERT_TRUE(files.Write(busy, QueueOffset(0), entry));
  ASSERT_TRUE(files.Write(other, QueueOffset(0), entry));

  std::atomic<int64_t> written{0};
  const std::jthread writer([&] {
    std::array<std::byte, QueueEntry::kBytes> next;
    for (int64_t i = 1; i < kEntries; ++i) {
      QueueEntry{LogOffset(i), 1, 0}.Store(next.data());
      ASSERT_TRUE(files.Write(busy, QueueOffset(i), next));
      written.store(i);
      std::this_thread::yield();
    }
  });
  std::array<std::byte, QueueEntry::kBytes> read;
  int64_t reads = 0;
  for (int64_t last = 0; last < kEntries - 1;) {
    last = written.load();
    ASSERT_EQ(files.Read(busy, QueueOffset(last), read).value_or(0), 1u);
    ASSERT_EQ(QueueEntry::Load(read.data()).offset, LogOffset(std::max<int64_t>(last, 1)));
    if (++reads % 8 != 0) continue;
    ASSERT_EQ(files.Read(other, QueueOffset(0), read).value_or(0), 1u);
  }
}

}  // namespace
}  // namespace pintle::store
