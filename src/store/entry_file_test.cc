#include "store/entry_file.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>

#include "base/fault_file_system.h"
#include "base/memory_file_system.h"

namespace pintle::store {
namespace {

constexpr int64_t kFileBytes = 16'384;

class EntryFileTest : public ::testing::Test {
 protected:
  EntryFileTest() {
    auto file = faults_.Open("/queue", OpenMode::kCreate);
    EXPECT_TRUE(file && (*file)->Truncate(kFileBytes));
    file_ = std::make_unique<EntryFile>(*std::move(file));
    std::array<std::byte, kFileBytes> content;
    for (size_t i = 0; i < content.size(); ++i) content[i] = Written(i);
    EXPECT_TRUE(file_->WriteAt(0, content));
  }

  static std::byte Written(size_t at) { return static_cast<std::byte>(at * 31 % 251); }
  static std::byte At(EntryFile& file, int64_t offset) {
    std::byte byte{};
    const auto count = file.ReadAt(offset, {&byte, 1});
    EXPECT_EQ(count.value_or(0), 1u);
    return byte;
  }
  void FailReads() {
    faults_.Fail({.operations = {FileOperation::kRead}, .count = FileFault::kForever});
  }

  MemoryFileSystem fs_;
  FaultFileSystem faults_{fs_};
  std::unique_ptr<EntryFile> file_;
};

TEST_F(EntryFileTest, ReadsOnWithoutTheFile) {
  std::array<std::byte, 640> bytes;
  ASSERT_EQ(file_->ReadAt(1'000, bytes).value_or(0), bytes.size());
  FailReads();
  for (int64_t at = 1'000; at + 640 <= 1'000 + 4'096; at += 640) {
    ASSERT_EQ(file_->ReadAt(at, bytes).value_or(0), bytes.size()) << at;
    for (size_t i = 0; i < bytes.size(); ++i)
      ASSERT_EQ(bytes[i], Written(static_cast<size_t>(at) + i));
  }
  EXPECT_FALSE(file_->ReadAt(999, bytes));
  EXPECT_FALSE(file_->ReadAt(1'000 + 4'096 - 639, bytes));
}

TEST_F(EntryFileTest, AnswersFewerBytesAtTheEnd) {
  std::array<std::byte, 640> bytes;
  EXPECT_EQ(file_->ReadAt(kFileBytes - 100, bytes).value_or(0), 100u);
  EXPECT_EQ(bytes[99], Written(kFileBytes - 1));
  EXPECT_EQ(file_->ReadAt(kFileBytes, bytes).value_or(1), 0u);
}

TEST_F(EntryFileTest, WhatIsWrittenIsReadAtOnce) {
  EXPECT_EQ(At(*file_, 100), Written(100));
  const std::array<std::byte, 2> next = {std::byte{255}, std::byte{254}};
  ASSERT_TRUE(file_->WriteAt(99, next));
  EXPECT_EQ(At(*file_, 100), std::byte{254});
  // Of what is kept, the last byte.
  ASSERT_TRUE(file_->WriteAt(100 + 4'095, next));
  EXPECT_EQ(At(*file_, 100 + 4'095), std::byte{255});
}

TEST_F(EntryFileTest, AWriteElsewhereForgetsNothing) {
  EXPECT_EQ(At(*file_, 4'096), Written(4'096));
  const std::array<std::byte, 10> next{};
  ASSERT_TRUE(file_->WriteAt(4'086, next));
  ASSERT_TRUE(file_->WriteAt(8'192, next));
  FailReads();
  EXPECT_EQ(At(*file_, 4'096), Written(4'096));
  EXPECT_EQ(At(*file_, 8'191), Written(8'191));
}

TEST_F(EntryFileTest, AWriteThatFailsMayHaveChangedAPart) {
  EXPECT_EQ(At(*file_, 0), Written(0));
  faults_.Fail({.operations = {FileOperation::kWrite}, .half_written = true});
  const std::array<std::byte, 4> next = {std::byte{255}, std::byte{255}, std::byte{255}};
  EXPECT_FALSE(file_->WriteAt(0, next));
  EXPECT_EQ(At(*file_, 0), std::byte{255});
  EXPECT_EQ(At(*file_, 3), Written(3));
}

TEST_F(EntryFileTest, AReaderBesideAWriterNeverSeesWhatWasBefore) {
  std::atomic<int> written{0};
  std::thread writer([&] {
    for (int i = 1; i <= 250; ++i) {
      const std::array<std::byte, 1> next = {static_cast<std::byte>(i)};
      ASSERT_TRUE(file_->WriteAt(50, next));
      written.store(i);
    }
  });
  for (int seen = 0; seen < 250;) {
    const int before = written.load();
    seen = static_cast<int>(At(*file_, 50));
    if (before == 0) {
      seen = 0;
    } else {
      ASSERT_GE(seen, before);
    }
  }
  writer.join();
}

}  // namespace
}  // namespace pintle::store
