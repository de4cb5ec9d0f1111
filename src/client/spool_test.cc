#include "client/spool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/fault_file_system.h"
#include "base/memory_file_system.h"
#include "client/spool_folder.h"

namespace pintle::client {
namespace {

constexpr std::string_view kFirstFile = "/s/00000000000000000000.spool";

MessageView MakeMessage(int64_t offset, const std::string& body) {
  MessageView message;
  message.queue = {"orders", "broker-a", 3};
  message.queue_offset = offset;
  message.log_offset = 1000 + offset;
  message.message_id = "id-" + std::to_string(offset);
  message.body = body;
  message.tags = "tag";
  message.keys = {"k1", "k2"};
  message.properties = {
      {"KEYS", "k1 k2"}, {"TAGS", "tag"}, {"UNIQ_KEY", message.message_id}, {"城", "市"}};
  message.born_timestamp_ms = 17;
  message.store_timestamp_ms = 18;
  message.born_host = "10.0.0.1:1234";
  message.store_host = "[::1]:10911";
  message.reconsume_times = 2;
  return message;
}

class SpoolTest : public ::testing::Test {
 protected:
  std::unique_ptr<Spool> Open(FileSystem& fs, int64_t segment_bytes = 1 << 20) {
    auto spool = Spool::Open(fs, "/s", space_, segment_bytes);
    EXPECT_TRUE(spool) << spool.error().message;
    return *std::move(spool);
  }
  static void Fill(Spool& spool, int64_t from, int64_t to) {
    for (int64_t i = from; i < to; ++i) {
      const MessageView message = MakeMessage(i, "body " + std::to_string(i));
      ASSERT_TRUE(spool.Append(i, {&message, 1}, i + 1));
    }
  }
  // The offsets of everything from `from` on, read a few at a time.
  static std::vector<int64_t> Offsets(Spool& spool, int64_t from) {
    std::vector<int64_t> offsets;
    while (!spool.empty() && from < spool.end()) {
      const auto batch = spool.Read(from, 3, "broker-a");
      EXPECT_TRUE(batch);
      if (!batch || batch->next <= from) break;
      for (const MessageView& message : batch->messages) {
        EXPECT_EQ(message.body, "body " + std::to_string(message.queue_offset));
        offsets.push_back(message.queue_offset);
      }
      from = batch->next;
    }
    return offsets;
  }
  static std::vector<int64_t> Range(int64_t from, int64_t to) {
    std::vector<int64_t> offsets;
    for (int64_t i = from; i < to; ++i) offsets.push_back(i);
    return offsets;
  }

  MemoryFileSystem fs_;
  SpoolSpace space_{.bytes_max = 1 << 20};
};

TEST_F(SpoolTest, GivesBackWhatItTook) {
  const MessageView in = MakeMessage(41, "body 41");
  {
    const auto spool = Open(fs_);
    ASSERT_TRUE(spool->Append(40, {&in, 1}, 50));
  }
  const auto spool = Open(fs_);
  EXPECT_EQ(spool->begin(), 40);
  EXPECT_EQ(spool->end(), 50);
  const auto batch = spool->Read(40, 10, "broker-a");
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->next, 50);
  ASSERT_EQ(batch->messages.size(), 1u);
  const MessageView& out = batch->messages.front();
  EXPECT_EQ(out.queue, in.queue);
  EXPECT_EQ(out.queue_offset, 41);
  EXPECT_EQ(out.log_offset, in.log_offset);
  EXPECT_EQ(out.message_id, in.message_id);
  EXPECT_EQ(out.body, in.body);
  EXPECT_EQ(out.tags, in.tags);
  EXPECT_EQ(out.keys, in.keys);
  EXPECT_EQ(out.properties, in.properties);
  EXPECT_EQ(out.born_host, in.born_host);
  EXPECT_EQ(out.store_host, in.store_host);
  EXPECT_EQ(out.store_timestamp_ms, 18);
  EXPECT_EQ(out.reconsume_times, 2);
  EXPECT_TRUE(spool->Read(42, 10, "broker-a")->messages.empty())
      << "behind the message, in its gap";
}

TEST_F(SpoolTest, ForgetsFilesThatAreCommitted) {
  auto spool = Open(fs_, 600);
  Fill(*spool, 0, 50);
  const int64_t all = space_.bytes;
  EXPECT_EQ(Offsets(*spool, 0), Range(0, 50));
  ASSERT_TRUE(spool->Forget(20));
  EXPECT_GT(spool->begin(), 10);
  EXPECT_LE(spool->begin(), 20);
  EXPECT_LT(space_.bytes, all);
  EXPECT_EQ(Offsets(*spool, 20), Range(20, 50));
  ASSERT_TRUE(spool->Forget(50));
  EXPECT_TRUE(spool->empty());
  EXPECT_EQ(space_.bytes, 0);
  Fill(*spool, 50, 52);
  EXPECT_EQ(Offsets(*spool, 50), Range(50, 52));
}

// Whichever byte a file ends at, what stands whole before it is there and the rest is fetched again.
TEST_F(SpoolTest, ATornTailIsCutOff) {
  std::vector<int64_t> ends;
  {
    const auto spool = Open(fs_);
    for (int64_t i = 0; i < 3; ++i) {
      Fill(*spool, i, i + 1);
      ends.push_back(space_.bytes);
    }
  }
  for (int64_t size = ends.back(); size >= 0; --size) {
    auto file = fs_.Open(std::string(kFirstFile), OpenMode::kReadWrite);
    ASSERT_TRUE(file && (*file)->Truncate(size));
    auto image = fs_.KillImage();
    const auto spool = Open(*image);
    const auto whole = std::ranges::count_if(ends, [size](int64_t end) { return end <= size; });
    ASSERT_EQ(Offsets(*spool, 0), Range(0, whole)) << size;
    Fill(*spool, whole, 5);
    ASSERT_EQ(Offsets(*spool, 0), Range(0, 5)) << size;
  }
}

TEST_F(SpoolTest, DamageIsNeverGivenOut) {
  Fill(*Open(fs_, 600), 0, 9);
  auto file = fs_.Open(std::string(kFirstFile), OpenMode::kReadWrite);
  ASSERT_TRUE(file);
  const int64_t size = *(*file)->Size();
  for (int64_t at = 0; at < size; at += 7) {
    auto image = fs_.KillImage();
    auto damaged = image->Open(std::string(kFirstFile), OpenMode::kReadWrite);
    std::byte byte;
    ASSERT_TRUE((*damaged)->ReadAt(at, {&byte, 1}));
    byte ^= std::byte{0x10};
    ASSERT_TRUE((*damaged)->WriteAt(at, {&byte, 1}));
    const auto spool = Open(*image, 600);
    const auto offsets = Offsets(*spool, 0);
    ASSERT_LT(offsets.size(), 9u) << at;
    ASSERT_EQ(offsets, Range(0, static_cast<int64_t>(offsets.size()))) << at;
  }
  // Damaged while it is open: cut off when it is read.
  const auto spool = Open(fs_, 600);
  const std::byte zero{};
  ASSERT_TRUE((*file)->WriteAt(size - 1, {&zero, 1}));
  const auto offsets = Offsets(*spool, 0);
  EXPECT_EQ(offsets, Range(0, static_cast<int64_t>(offsets.size())));
  EXPECT_LT(offsets.size(), 9u);
  EXPECT_EQ(spool->end(), static_cast<int64_t>(offsets.size()));
  Fill(*spool, spool->end(), 9);
  EXPECT_EQ(Offsets(*spool, 0), Range(0, 9));
}

// Whichever operation of the disk fails, once: nothing is lost, doubled or out of order, then and
// after a restart.
TEST_F(SpoolTest, AFailedOperationIsMadeGood) {
  for (int64_t nth = 0;; ++nth) {
    MemoryFileSystem disk;
    FaultFileSystem faulty(disk);
    faulty.Fail({.after = nth, .half_written = true});
    space_ = {.bytes_max = 1 << 20};
    auto opened = Spool::Open(faulty, "/s", space_, 600);
    if (!opened) opened = Spool::Open(faulty, "/s", space_, 600);
    ASSERT_TRUE(opened) << nth;
    Spool& spool = **opened;
    for (int64_t i = 0; i < 12; ++i) {
      const MessageView message = MakeMessage(i, "body " + std::to_string(i));
      if (!spool.Append(i, {&message, 1}, i + 1)) {
        ASSERT_TRUE(spool.Append(i, {&message, 1}, i + 1)) << nth;
      }
    }
    if (!spool.Forget(4)) {
      ASSERT_TRUE(spool.Forget(4)) << nth;
    }
    std::vector<int64_t> offsets;
    for (int64_t at = 4; at < 12;) {
      auto batch = spool.Read(at, 3, "broker-a");
      if (!batch) batch = spool.Read(at, 3, "broker-a");
      ASSERT_TRUE(batch) << nth;
      for (const MessageView& message : batch->messages) offsets.push_back(message.queue_offset);
      ASSERT_GT(batch->next, at) << nth;
      at = batch->next;
    }
    ASSERT_EQ(offsets, Range(4, 12)) << nth;
    const bool failed = faulty.failures() > 0;
    opened->reset();
    ASSERT_EQ(space_.bytes, 0) << nth;
    auto again = Open(disk, 600);
    ASSERT_EQ(Offsets(*again, 4), Range(4, 12)) << nth;
    if (!failed) break;
  }
}

// What a power loss leaves is a front of what was written, or nothing.
TEST_F(SpoolTest, APowerLossLeavesAFront) {
  Random random(7);
  {
    const auto spool = Open(fs_, 600);
    Fill(*spool, 0, 30);
  }
  for (int i = 0; i < 50; ++i) {
    const auto image = fs_.CrashImage(random);
    space_ = {.bytes_max = 1 << 20};
    const auto spool = Open(*image, 600);
    if (spool->empty()) continue;
    const auto offsets = Offsets(*spool, spool->begin());
    ASSERT_EQ(offsets,
              Range(spool->begin(), spool->begin() + static_cast<int64_t>(offsets.size())));
    ASSERT_EQ(spool->end(), spool->begin() + static_cast<int64_t>(offsets.size()));
  }
}

TEST(SpoolFolderTest, KnowsItsQueuesAndTheirExpression) {
  auto folder = SpoolFolder::Open(std::make_unique<MemoryFileSystem>(), "/spool", 1 << 20);
  ASSERT_TRUE(folder);
  const MessageQueue queue{"orders", "broker/a.b 城", 3};
  const std::vector<MessageView> messages = {MakeMessage(5, "body 5"), MakeMessage(6, "body 6")};
  {
    auto fetched = (*folder)->OpenQueue(queue, "*", 5);
    ASSERT_TRUE(fetched) << fetched.error().message;
    ASSERT_TRUE((*fetched)->Add(messages, 8));
    EXPECT_EQ((*fetched)->next(), 8);
    EXPECT_EQ((*fetched)->Take(1)->size(), 1u);
    EXPECT_EQ((*fetched)->position(), 6);
  }
  EXPECT_EQ(*(*folder)->Queues("orders"), std::vector<MessageQueue>{queue});
  EXPECT_TRUE((*folder)->Queues("other")->empty());
  {
    auto fetched = (*folder)->OpenQueue(queue, "*", 6);
    EXPECT_EQ((*fetched)->next(), 8) << "held";
    EXPECT_EQ((*fetched)->Take(9)->size(), 1u);
    EXPECT_EQ((*fetched)->position(), 8);
    (*fetched)->Committed(8);
    EXPECT_EQ((*fetched)->next(), 8);
    ASSERT_TRUE((*fetched)->Add({}, 12));
    EXPECT_TRUE((*fetched)->Take(9)->empty());
    EXPECT_EQ((*fetched)->position(), 12) << "nothing for us in between";
  }
  auto fetched = (*folder)->OpenQueue(queue, "a || b", 6);
  EXPECT_EQ((*fetched)->next(), 6) << "of another expression";
}

TEST(SpoolFolderTest, IsFullWithoutSpace) {
  auto folder = SpoolFolder::Open(std::make_unique<MemoryFileSystem>(), "/spool", 1000);
  ASSERT_TRUE(folder);
  auto fetched = (*folder)->OpenQueue({"orders", "b", 0}, "*", 0);
  ASSERT_TRUE(fetched);
  EXPECT_FALSE((*fetched)->full());
  ASSERT_TRUE((*fetched)->Add({MakeMessage(0, std::string(1000, 'x'))}, 1));
  EXPECT_TRUE((*fetched)->full());
  ASSERT_TRUE((*fetched)->Take(1));
  (*fetched)->Committed(1);
  EXPECT_FALSE((*fetched)->full());
}

}  // namespace
}  // namespace pintle::client
