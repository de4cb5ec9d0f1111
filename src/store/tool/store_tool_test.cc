// The tool on stores of Java brokers, which it finds sound and shows whole, and on stores of ours
// with one thing wrong, which it names.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/memory_file_system.h"
#include "store/store_testing.h"
#include "store/tool/record_dump.h"
#include "store/tool/store_inspection.h"
#include "store/tool/store_repair.h"
#include "store/tool/store_verification.h"
#include "tests/paths.h"

namespace pintle::store {
namespace {

struct Verified {
  VerificationReport report;
  std::vector<StoreDamage> damages;
};

Verified Verify(FileSystem& fs, const std::string& folder) {
  Verified out;
  const auto stopped = StoppedStore::Open(fs, folder);
  if (!stopped) {
    ADD_FAILURE() << stopped.error().message;
    return out;
  }
  VerificationListener listener;
  listener.on_damage = [&out](const StoreDamage& damage) { out.damages.push_back(damage); };
  const auto report = StoreVerification(**stopped, listener).Run();
  if (report) {
    out.report = *report;
  } else {
    ADD_FAILURE() << report.error().message;
  }
  return out;
}

std::string Text(const std::vector<StoreDamage>& damages) {
  std::string out;
  for (const auto& one : damages) out += fmt::format("{} at {}: {}\n", one.file, one.at, one.what);
  return out;
}

class JavaStoreTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / "pintle-tool-XXXXXX";
    ASSERT_NE(mkdtemp(folder_.data()), nullptr);
    const std::string archive = testing::SourceDir() + "/tests/golden/stores/" + GetParam();
    const std::string unpack = "tar -xJf '" + archive + ".tar.xz' -C '" + folder_ + "'";
    ASSERT_EQ(system(unpack.c_str()), 0) << unpack;
    std::ifstream manifest(archive + ".tsv");
    std::string line;
    std::getline(manifest, line);
    while (std::getline(manifest, line)) offsets_.push_back(std::stoll(line));
    ASSERT_FALSE(offsets_.empty());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // As a set: after a crash Java enters the keys of its last message a second time.
  std::set<std::pair<int32_t, LogOffset>> IndexEntries() {
    std::set<std::pair<int32_t, LogOffset>> out;
    const auto indexes = ListIndexFiles(*fs_, folder_ + "/store/index");
    EXPECT_TRUE(indexes);
    for (const StoredIndex& index : *indexes)
      for (int32_t number = 1; number < index.header().next; ++number)
        out.emplace(index.At(number).hash, index.At(number).offset);
    return out;
  }

  std::unique_ptr<FileSystem> fs_ = MakePosixFileSystem();
  std::string folder_;
  std::vector<int64_t> offsets_;  // of every record, as RocketMQ's decoder reads the log
};

TEST_P(JavaStoreTest, IsSound) {
  const Verified verified = Verify(*fs_, folder_);
  EXPECT_EQ(Text(verified.damages), "");
  EXPECT_EQ(verified.report.records, static_cast<int64_t>(offsets_.size()));
  EXPECT_GT(verified.report.queue_entries, 100);
  EXPECT_GT(verified.report.index_entries, 100);
}

// Java's own index, entries for tags and all, and queues come out of the log alone.
TEST_P(JavaStoreTest, IsRepairedToTheSame) {
  const VerificationReport before = Verify(*fs_, folder_).report;
  const auto index_before = IndexEntries();
  {
    const auto stopped = StoppedStore::Open(*fs_, folder_);
    ASSERT_TRUE(stopped) << stopped.error().message;
    const ManualClock clock{1'700'000'000'000};
    const auto repaired = StoreRepair(**stopped, clock, {}).Run();
    ASSERT_TRUE(repaired) << repaired.error().message;
  }
  const Verified after = Verify(*fs_, folder_);
  EXPECT_EQ(Text(after.damages), "");
  EXPECT_EQ(after.report.queue_entries, before.queue_entries);
  EXPECT_EQ(IndexEntries(), index_before);
}

TEST_P(JavaStoreTest, ADeletedTopicIsNotMadeAgain) {
  const std::string topics = folder_ + "/store/config/topics.json";
  std::string text = *ReadWholeFile(*fs_, topics);
  const std::string name = "\"beta\"";
  ASSERT_NE(text.find(name), std::string::npos);
  for (size_t at = text.find(name); at != std::string::npos; at = text.find(name))
    text.replace(at, name.size(), "\"gone\"");
  ASSERT_TRUE(WriteFileAtomically(*fs_, topics, text, false));
  ASSERT_TRUE(fs_->RemoveTree(folder_ + "/store/consumequeue/beta"));
  {
    const auto stopped = StoppedStore::Open(*fs_, folder_);
    ASSERT_TRUE(stopped) << stopped.error().message;
    const ManualClock clock{1'700'000'000'000};
    ASSERT_TRUE(StoreRepair(**stopped, clock, {}).Run());
  }
  EXPECT_FALSE(*fs_->Exists(folder_ + "/store/consumequeue/beta"));
  EXPECT_TRUE(*fs_->Exists(folder_ + "/store/consumequeue/alpha"));
  EXPECT_EQ(Text(Verify(*fs_, folder_).damages), "");
}

TEST_P(JavaStoreTest, TellsItsSizesByItsFiles) {
  const auto stopped = StoppedStore::Open(*fs_, folder_);
  ASSERT_TRUE(stopped) << stopped.error().message;
  EXPECT_EQ((*stopped)->shape().segment_bytes, 65536);
  EXPECT_EQ((*stopped)->shape().queue_file_entries, 30);
  EXPECT_EQ((*stopped)->shape().index.slots, 50);
  EXPECT_EQ((*stopped)->shape().index.entries, 200);
  const auto inspection = StoreInspection::Of(**stopped);
  ASSERT_TRUE(inspection) << inspection.error().message;
  EXPECT_EQ(inspection->aborted, GetParam().ends_with("killed"));
  EXPECT_GE(inspection->segments.size(), 2U);
  EXPECT_FALSE(inspection->metadata.empty());
  const auto alpha = std::ranges::find(inspection->queues, "alpha", &StoreInspection::Queue::topic);
  ASSERT_NE(alpha, inspection->queues.end());
  EXPECT_EQ(alpha->files, 2U);
  EXPECT_EQ(alpha->min, QueueOffset(0));
  EXPECT_GT(alpha->max, QueueOffset(30));
}

TEST_P(JavaStoreTest, IsDumpedRecordByRecord) {
  const auto stopped = StoppedStore::Open(*fs_, folder_);
  ASSERT_TRUE(stopped) << stopped.error().message;
  std::vector<int64_t> dumped;
  const Status done = DumpRecords(**stopped, {}, [&](const model::Record& record, bool crc_ok) {
    EXPECT_TRUE(crc_ok);
    dumped.push_back(record.log_offset.value());
    return true;
  });
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(dumped, offsets_);
}

INSTANTIATE_TEST_SUITE_P(Java, JavaStoreTest,
                         ::testing::Values("java-4.9.7-killed", "java-4.9.7-stopped",
                                           "java-5.5.0-killed", "java-5.5.0-stopped"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::ranges::replace_if(
                               name, [](char c) { return c == '-' || c == '.'; }, '_');
                           return name;
                         });

// A store of ours, stopped cleanly, in memory.
class OwnStoreTest : public ::testing::Test {
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
      const auto sent = Send(*store, message);
      ASSERT_TRUE(sent) << sent.error().message;
      offsets_.push_back(sent->offset);
    }
    ASSERT_TRUE(store->Close());
  }

  void Flip(const std::string& path, int64_t at) {
    auto file = fs_.Open(path, OpenMode::kReadWrite);
    ASSERT_TRUE(file) << path;
    std::byte one{};
    ASSERT_TRUE((*file)->ReadAt(at, ByteSpan(&one, 1)));
    one ^= std::byte{0x10};
    ASSERT_TRUE((*file)->WriteAt(at, ByteView(&one, 1)));
  }

  MemoryFileSystem fs_;
  ManualClock clock_{1'700'000'000'000};
  std::vector<LogOffset> offsets_;
};

constexpr char kFirstFile[] = "00000000000000000000";

TEST_F(OwnStoreTest, IsSound) {
  const Verified verified = Verify(fs_, "store");
  EXPECT_EQ(Text(verified.damages), "");
  EXPECT_EQ(verified.report.records, 60);
  EXPECT_EQ(verified.report.queue_entries, 60);
  EXPECT_EQ(verified.report.index_entries, 60);
}

TEST_F(OwnStoreTest, AFlippedBitOfABodyIsFoundAtItsRecord) {
  Flip(JoinPath("store/commitlog", kFirstFile), offsets_[3].value() + 100);
  const Verified verified = Verify(fs_, "store");
  ASSERT_EQ(verified.damages.size(), 1U) << Text(verified.damages);
  EXPECT_EQ(verified.damages[0].file, JoinPath("store/commitlog", kFirstFile));
  EXPECT_EQ(verified.damages[0].at, offsets_[3].value());
  EXPECT_EQ(verified.report.records, 59);
}

TEST_F(OwnStoreTest, AWrongQueueEntryIsFoundOnce) {
  const std::string file = JoinPath("store/consumequeue/odd/1", kFirstFile);
  Flip(file, 2 * 20 + 7);
  const Verified verified = Verify(fs_, "store");
  ASSERT_EQ(verified.damages.size(), 1U) << Text(verified.damages);
  EXPECT_EQ(verified.damages[0].file, file);
  EXPECT_EQ(verified.damages[0].at, 40);
}

TEST_F(OwnStoreTest, EveryRecordOfALostQueueIsNamed) {
  ASSERT_TRUE(fs_.RemoveTree("store/consumequeue/even"));
  EXPECT_EQ(Verify(fs_, "store").damages.size(), 20U);
}

TEST_F(OwnStoreTest, AWrongIndexEntryIsFound) {
  const auto indexes = ListIndexFiles(fs_, "store/index");
  ASSERT_TRUE(indexes);
  ASSERT_FALSE(indexes->empty());
  Flip(indexes->front().path(), indexes->front().EntryPlace(5) + 11);
  const Verified verified = Verify(fs_, "store");
  ASSERT_EQ(verified.damages.size(), 1U) << Text(verified.damages);
  EXPECT_EQ(verified.damages[0].at, indexes->front().EntryPlace(5));
}

TEST_F(OwnStoreTest, EveryFlippedByteOfTheIndexIsFound) {
  const auto indexes = ListIndexFiles(fs_, "store/index");
  ASSERT_TRUE(indexes);
  ASSERT_EQ(indexes->size(), 2U);
  const StoredIndex& first = indexes->front();
  for (int64_t at = 0; at < first.EntryPlace(first.header().next); ++at) {
    // Entry 0 is not used.
    if (at >= first.EntryPlace(0) && at < first.EntryPlace(1)) continue;
    Flip(first.path(), at);
    EXPECT_GE(Verify(fs_, "store").damages.size(), 1U) << "byte " << at;
    Flip(first.path(), at);
  }
  EXPECT_EQ(Text(Verify(fs_, "store").damages), "");
}

TEST_F(OwnStoreTest, KeysThatAreNotInTheIndexAreFound) {
  const auto indexes = ListIndexFiles(fs_, "store/index");
  ASSERT_TRUE(indexes);
  ASSERT_TRUE(fs_.Remove(indexes->front().path()));
  const Verified verified = Verify(fs_, "store");
  ASSERT_EQ(verified.damages.size(), 1U) << Text(verified.damages);
  EXPECT_NE(verified.damages[0].what.find("(31 messages)"), std::string::npos)
      << verified.damages[0].what;
}

TEST_F(OwnStoreTest, ATornTailIsFound) {
  const LogOffset end = Verify(fs_, "store").report.log_end;
  const int64_t base = end.value() / 4096 * 4096;
  const std::string file = JoinPath("store/commitlog", fmt::format("{:020}", base));
  Flip(file, end.value() - base + 1);
  const Verified verified = Verify(fs_, "store");
  ASSERT_EQ(verified.damages.size(), 1U) << Text(verified.damages);
  EXPECT_EQ(verified.damages[0].file, file);
  EXPECT_EQ(verified.damages[0].at, end.value() - base);
}

TEST_F(OwnStoreTest, IsRefusedWhileItRuns) {
  const auto store = OpenStore(fs_, clock_, SmallStoreOptions());
  ASSERT_NE(store, nullptr);
  const auto stopped = StoppedStore::Open(fs_, "store");
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::kBusy);
  ASSERT_TRUE(store->Close());
}

TEST_F(OwnStoreTest, IsInspected) {
  const auto stopped = StoppedStore::Open(fs_, "store");
  ASSERT_TRUE(stopped) << stopped.error().message;
  const auto inspection = StoreInspection::Of(**stopped);
  ASSERT_TRUE(inspection) << inspection.error().message;
  EXPECT_FALSE(inspection->aborted);
  ASSERT_TRUE(inspection->recovery_point);
  ASSERT_EQ(inspection->queues.size(), 4U);
  EXPECT_EQ(inspection->queues[0].topic, "even");
  EXPECT_EQ(inspection->queues[0].max, QueueOffset(10));
  EXPECT_EQ(inspection->segments[0].last_time, 1'700'000'000'000);
  EXPECT_GT(inspection->segments[0].end, offsets_[3]);
}

TEST_F(OwnStoreTest, ADumpBeginsInTheMiddleAndKeepsToItsTopic) {
  const auto stopped = StoppedStore::Open(fs_, "store");
  ASSERT_TRUE(stopped) << stopped.error().message;
  std::vector<LogOffset> dumped;
  const DumpLimits limits{.from = offsets_[10] + 1, .count = 2, .topic = "even"};
  ASSERT_TRUE(DumpRecords(**stopped, limits, [&](const model::Record& record, bool) {
    dumped.push_back(record.log_offset);
    return true;
  }));
  EXPECT_EQ(dumped, (std::vector<LogOffset>{offsets_[12], offsets_[15]}));
}

TEST(StoppedStoreTest, AFolderWithoutALogIsNoStore) {
  MemoryFileSystem fs;
  ASSERT_TRUE(fs.CreateDirectories("other"));
  const auto stopped = StoppedStore::Open(fs, "other");
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace pintle::store
