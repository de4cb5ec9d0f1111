// Stores that Java brokers left behind, after a kill and after a clean stop: we open them, and every
// record is where RocketMQ's own decoder says it is.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/file_system.h"
#include "model/record.h"
#include "store/message_store.h"
#include "tests/paths.h"

namespace pintle::store {
namespace {

// One line of a manifest; tests/golden/tool/stores/StoreManifest.java writes them.
struct Expected {
  int64_t log_offset = 0;
  int32_t size = 0;
  std::string topic;
  int32_t queue = 0;
  int64_t queue_offset = 0;
  std::string unique_key;
  std::string keys;
  int32_t sys_flag = 0;
  int32_t flag = 0;
  int64_t store_timestamp = 0;
  int32_t reconsume_times = 0;
  int64_t prepared_offset = 0;
  size_t body_bytes = 0;
};

std::vector<Expected> ReadManifest(const std::string& path) {
  std::vector<Expected> expected;
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    std::vector<std::string> c;
    std::istringstream columns(line);
    for (std::string column; std::getline(columns, column, '\t');) c.push_back(column);
    c.resize(16);
    expected.push_back({.log_offset = std::stoll(c[0]),
                        .size = std::stoi(c[1]),
                        .topic = c[2],
                        .queue = std::stoi(c[3]),
                        .queue_offset = std::stoll(c[4]),
                        .unique_key = c[6],
                        .keys = c[7],
                        .sys_flag = std::stoi(c[9]),
                        .flag = std::stoi(c[10]),
                        .store_timestamp = std::stoll(c[11]),
                        .reconsume_times = std::stoi(c[12]),
                        .prepared_offset = std::stoll(c[13]),
                        .body_bytes = static_cast<size_t>(std::stoll(c[14]))});
  }
  return expected;
}

// Unpacks one archive into a folder of its own and opens the store in it.
class StoresTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    std::string folder = std::filesystem::temp_directory_path() / "pintle-golden-XXXXXX";
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    const std::string archive = testing::SourceDir() + "/tests/golden/stores/" + GetParam();
    const std::string unpack = "tar -xJf '" + archive + ".tar.xz' -C '" + folder_ + "'";
    ASSERT_EQ(system(unpack.c_str()), 0) << unpack;
    manifest_ = ReadManifest(archive + ".tsv");
    ASSERT_GT(manifest_.size(), 150U);
    clock_ = std::make_unique<ManualClock>(manifest_.back().store_timestamp + 60'000);
    Open();
  }

  void TearDown() override {
    if (store_) {
      EXPECT_TRUE(store_->Close());
    }
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  void Open() {
    StoreOptions options;
    options.path = folder_ + "/store";
    options.segment_bytes = 65536;
    options.queue_file_entries = 30;
    options.index_slots = 50;
    options.index_entries = 200;
    options.message_bytes_max = 32768;
    options.disk_free_bytes_min = 0;
    options.disk_clean_percent = 100;
    options.disk_force_clean_percent = 100;
    options.disk_full_percent = 100;
    auto opened = MessageStore::Open(*files_, *clock_, options);
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
  }

  // What each queue should hold, by offset. Half messages and rollbacks have no queue entry.
  std::map<std::pair<std::string, int32_t>, std::map<int64_t, const Expected*>> Queues() const {
    std::map<std::pair<std::string, int32_t>, std::map<int64_t, const Expected*>> queues;
    for (const Expected& one : manifest_) {
      const int32_t transaction = one.sys_flag & 0xC;
      if (transaction == 0x4 || transaction == 0xC) continue;
      queues[{one.topic, one.queue}][one.queue_offset] = &one;
    }
    return queues;
  }

  // `sent` more messages follow Java's in queue 0 of topic alpha.
  void ExpectAllThere(int64_t sent = 0) {
    for (const Expected& one : manifest_) {
      SCOPED_TRACE(one.topic + " at " + std::to_string(one.log_offset));
      const auto slice = store_->ReadRecord(LogOffset{one.log_offset});
      ASSERT_TRUE(slice) << slice.error().message;
      const auto record = model::DecodeRecord(slice->bytes, true);
      ASSERT_TRUE(record) << record.error().message;
      EXPECT_EQ(record->size, one.size);
      EXPECT_EQ(record->topic, one.topic);
      EXPECT_EQ(record->queue_id, one.queue);
      EXPECT_EQ(record->queue_offset, QueueOffset{one.queue_offset});
      EXPECT_EQ(record->sys_flag, one.sys_flag);
      EXPECT_EQ(record->flag, one.flag);
      EXPECT_EQ(record->store_timestamp, one.store_timestamp);
      EXPECT_EQ(record->reconsume_times, one.reconsume_times);
      EXPECT_EQ(record->prepared_transaction_offset, one.prepared_offset);
      EXPECT_EQ(record->body.size(), one.body_bytes);
    }
    for (const auto& [queue, entries] : Queues()) {
      const auto& [topic, id] = queue;
      SCOPED_TRACE(topic + " queue " + std::to_string(id));
      EXPECT_EQ(store_->MinOffset(topic, id), QueueOffset{0});
      const int64_t more = topic == "alpha" && id == 0 ? sent : 0;
      EXPECT_EQ(store_->MaxOffset(topic, id), QueueOffset{entries.rbegin()->first + 1 + more});
      for (const auto& [offset, expected] : entries) {
        const ReadResult read =
            store_->Read(topic, id, QueueOffset{offset}, {.messages = 1}, nullptr);
        ASSERT_EQ(read.status, ReadStatus::kFound);
        ASSERT_EQ(read.messages, 1);
        const auto record = model::DecodeRecord(read.slices.front().bytes, true);
        ASSERT_TRUE(record) << record.error().message;
        EXPECT_EQ(record->log_offset, LogOffset{expected->log_offset});
        EXPECT_EQ(record->queue_offset, QueueOffset{offset});
      }
    }
  }

  std::string folder_;
  std::vector<Expected> manifest_;
  std::unique_ptr<FileSystem> files_ = MakePosixFileSystem();
  std::unique_ptr<ManualClock> clock_;
  std::unique_ptr<MessageStore> store_;
};

TEST_P(StoresTest, EveryRecordIsInTheLogAndInItsQueue) { ExpectAllThere(); }

TEST_P(StoresTest, EveryRecordIsFoundByItsKeys) {
  const auto finds = [&](const Expected& one, const std::string& key) {
    const auto found =
        store_->Query(one.topic, key, 64, one.store_timestamp - 2000, one.store_timestamp + 2000);
    for (const LogSlice& slice : found.records) {
      const auto record = model::DecodeRecord(slice.bytes, true);
      if (record && record->log_offset == LogOffset{one.log_offset}) return true;
    }
    return false;
  };
  for (const Expected& one : manifest_) {
    // Rollbacks are not indexed, and the broker's own messages have no unique key.
    if ((one.sys_flag & 0xC) == 0xC) continue;
    SCOPED_TRACE(one.topic + " at " + std::to_string(one.log_offset));
    std::istringstream keys(one.keys);
    for (std::string key; keys >> key;) EXPECT_TRUE(finds(one, key)) << key;
    if (!one.unique_key.empty()) {
      EXPECT_TRUE(finds(one, one.unique_key)) << one.unique_key;
    }
  }
}

TEST_P(StoresTest, TimesLeadToOffsets) {
  for (const auto& [queue, entries] : Queues()) {
    const auto& [topic, id] = queue;
    SCOPED_TRACE(topic + " queue " + std::to_string(id));
    for (const auto& [offset, expected] : entries) {
      EXPECT_EQ(store_->StoreTime(topic, id, QueueOffset{offset}), expected->store_timestamp);
      // The first of those that share the time.
      int64_t first = offset;
      while (entries.contains(first - 1) &&
             entries.at(first - 1)->store_timestamp == expected->store_timestamp) {
        --first;
      }
      EXPECT_EQ(store_->OffsetByTime(topic, id, expected->store_timestamp, Boundary::kLower),
                QueueOffset{first});
    }
  }
}

TEST_P(StoresTest, SendsGoOnAndSurviveAnotherStart) {
  const QueueOffset before = store_->MaxOffset("alpha", 0);
  auto queue = store_->OpenQueue("alpha", 0);
  ASSERT_TRUE(queue);
  const std::string body = "sent by us";
  NewMessage message;
  message.queue = *queue;
  message.parts.topic = "alpha";
  message.parts.body = AsBytes(body);
  message.parts.born_timestamp = clock_->WallMs();
  const auto appended = store_->Append(message);
  ASSERT_TRUE(appended) << appended.error().message;
  EXPECT_EQ(appended->queue_offset, before);
  EXPECT_GE(appended->offset, LogOffset{manifest_.back().log_offset + manifest_.back().size});

  ASSERT_TRUE(store_->Close());
  store_.reset();
  Open();
  ExpectAllThere(1);
}

INSTANTIATE_TEST_SUITE_P(Java, StoresTest,
                         ::testing::Values("java-4.9.7-killed", "java-4.9.7-stopped",
                                           "java-5.5.0-killed", "java-5.5.0-stopped"),
                         [](const auto& param_info) {
                           std::string name = param_info.param;
                           for (char& c : name) {
                             if (c == '-' || c == '.') c = '_';
                           }
                           return name;
                         });

}  // namespace
}  // namespace pintle::store
