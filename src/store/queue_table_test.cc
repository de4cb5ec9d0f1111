#include "store/queue_table.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "store/consume_queue.h"

namespace pintle::store {
namespace {

// Folders of a real file system: making one there is not one step.
class QueueTableTest : public ::testing::Test {
 protected:
  QueueTableTest() {
    char name[] = "/tmp/pintle-queues-XXXXXX";
    root_ = mkdtemp(name);
    files_ = std::make_unique<QueueFiles>(*fs_, root_, 100, 16);
    table_ = std::make_unique<QueueTable>(*fs_, *files_, dirty_);
  }
  ~QueueTableTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }

  std::unique_ptr<FileSystem> fs_ = MakePosixFileSystem();
  std::string root_;
  DirtyQueues dirty_;
  std::unique_ptr<QueueFiles> files_;
  std::unique_ptr<QueueTable> table_;
};

// A failed write of a queue is final for the store: deleting must not be taken for one.
TEST_F(QueueTableTest, ATopicMayGoWhileItsQueuesAreWritten) {
  constexpr int kRounds = 400;
  std::thread deleting([this] {
    for (int i = 0; i < kRounds; ++i) EXPECT_TRUE(table_->DeleteTopic("topic"));
  });
  for (int i = 0; i < kRounds; ++i) {
    const auto queue = table_->FindOrCreate("topic", i % 3);
    ASSERT_TRUE(queue);
    (*queue)->Append({LogOffset(i), 10, 0});
    for (ConsumeQueue* dirty : dirty_.Take()) {
      const auto flushed = dirty->Flush(100);
      ASSERT_TRUE(flushed) << flushed.error().message;
      const Status synced = dirty->Sync();
      ASSERT_TRUE(synced) << synced.error().message;
      ASSERT_TRUE(dirty->RemoveFilesBelow(QueueOffset(0)));
    }
  }
  deleting.join();
  ASSERT_TRUE(table_->DeleteTopic("topic"));
  EXPECT_FALSE(std::filesystem::exists(root_ + "/topic")) << "nothing was written after it went";
}

}  // namespace
}  // namespace pintle::store
