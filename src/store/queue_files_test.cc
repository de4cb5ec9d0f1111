#include "store/queue_files.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

#include "base/memory_file_system.h"

namespace pintle::store {
namespace {

constexpr int32_t kEntries = 50'000;  // of a file

// With one file open at a time an access to another one closes it, so that reader and writer keep
// opening the same file at once, each by itself.
TEST(QueueFilesTest, AReaderNeverSeesWhatWasBeforeAWriteThatHasEnded) {
  MemoryFileSystem fs;
  ASSERT_TRUE(fs.CreateDirectories("/queues"));
  QueueFiles files(fs, "/queues", kEntries, /*open_max=*/1);
  const std::string busy = files.Folder("t", 0);
  const std::string other = files.Folder("t", 1);
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
