// An index that ends before the log and the queues do: after a start every message is found by its
// key, once.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/memory_file_system.h"
#include "store/index_file.h"
#include "store/store_testing.h"

namespace pintle::store {
namespace {

constexpr int kMessages = 150;
constexpr const char* kIndex = "store/index";

TestMessage Message(int i) {
  TestMessage message;
  message.queue_id = i % 3;
  message.body = fmt::format("{:03}:{}", i, std::string(100, 'b'));
  message.keys = fmt::format("key-{}", i);
  message.uniq_key = fmt::format("unique-{}", i);
  return message;
}

// Who wrote the store last, and what it left beside log and queues.
enum class Marks : uint8_t {
  kOurs,     // a recovery point at the end
  kEarlier,  // one of ours from before RocketMQ ran
  kNone,     // RocketMQ's alone
};

class IndexGapTest : public ::testing::TestWithParam<std::tuple<bool, Marks>> {
 protected:
  static bool clean() { return std::get<0>(GetParam()); }
  static Marks marks() { return std::get<1>(GetParam()); }

  // Messages [0, kMessages); those in [40, 80) without keys if `bare`.
  void Fill(bool bare = false) {
    auto store = OpenStore(fs_, clock_, options_);
    ASSERT_NE(store, nullptr);
    SendSome(*store, 0, kMessages / 3, bare);
    ASSERT_TRUE(store->Close());
    const std::string early = *ReadWholeFile(fs_, kPoint);
    store = OpenStore(fs_, clock_, options_);
    ASSERT_NE(store, nullptr);
    SendSome(*store, kMessages / 3, kMessages, bare);
    store->RunUpkeep();
    if (clean()) {
      ASSERT_TRUE(store->Close());
    }
    store.reset();
    if (marks() == Marks::kOurs) return;
    if (*fs_.Exists(kStamps)) {
      ASSERT_TRUE(fs_.Remove(kStamps));
    }
    ASSERT_TRUE(fs_.Remove(kPoint));
    if (marks() == Marks::kEarlier) {
      ASSERT_TRUE(WriteFileAtomically(fs_, kPoint, early, false));
    }
  }

  void SendSome(MessageStore& store, int from, int to, bool bare) {
    for (int i = from; i < to; ++i) {
      TestMessage message = Message(i);
      if (bare && IsBare(i)) message.keys = message.uniq_key = "";
      ASSERT_TRUE(Send(store, message));
      clock_.Advance(100);
      if (i % 40 == 39) store.RunUpkeep();
    }
  }
  static bool IsBare(int i) { return i >= 40 && i < 80; }

  std::vector<std::string> IndexFiles() {
    std::vector<std::string> files;
    const auto entries = fs_.List(kIndex);
    for (const DirEntry& entry : *entries) files.push_back(JoinPath(kIndex, entry.name));
    std::ranges::sort(files);
    return files;
  }

  // The newest file as it was when it held `keys` of its keys.
  void Rewind(int32_t keys, bool count_too) {
    auto file = fs_.Open(IndexFiles().back(), OpenMode::kReadWrite);
    ASSERT_TRUE(file);
    std::array<std::byte, 8> offset{};
    const auto last_entry = static_cast<int64_t>(IndexHeader::kBytes) +
                            int64_t{options_.index_slots} * 4 +
                            int64_t{keys} * static_cast<int64_t>(IndexFile::kEntryBytes);
    ASSERT_TRUE((*file)->ReadAt(last_entry + 4, offset));
    ASSERT_TRUE((*file)->WriteAt(24, offset));
    if (!count_too) return;
    std::array<std::byte, 4> next{};
    StoreBig<int32_t>(next.data(), keys + 1);
    ASSERT_TRUE((*file)->WriteAt(36, next));
  }

  void ExpectEveryKey(bool bare = false) {
    for (const char* which : {"first", "second"}) {
      SCOPED_TRACE(fmt::format("at the {} start", which));
      auto store = OpenStore(fs_, clock_, options_);
      ASSERT_NE(store, nullptr);
      for (int i = 0; i < kMessages; ++i) {
        const TestMessage message = Message(i);
        const size_t wanted = bare && IsBare(i) ? 0 : 1;
        for (const std::string& key : {message.keys, message.uniq_key}) {
          const auto found = store->Query(message.topic, key, 8, 0, INT64_MAX);
          ASSERT_EQ(found.records.size(), wanted) << key;
        }
      }
      ASSERT_TRUE(store->Close());
      EXPECT_EQ(Entries(), 2 * (kMessages - (bare ? 40 : 0))) << "no key is there twice";
    }
  }

  // Of all index files, as their headers count them; those that wait in memory are not among them.
  int64_t Entries() {
    int64_t count = 0;
    for (const std::string& path : IndexFiles()) {
      const auto file = IndexFile::Open(fs_, path, {options_.index_slots, options_.index_entries});
      EXPECT_TRUE(file);
      if (file) count += (*file)->header().next - 1;
    }
    return count;
  }

  static constexpr const char* kPoint = "store/pintle.recovery";
  static constexpr const char* kStamps = "store/pintle.queues";

  StoreOptions options_ = SmallStoreOptions();
  ManualClock clock_;
  MemoryFileSystem fs_{{.track_crashes = false}};
};

TEST_P(IndexGapTest, FilesThatAreGone) {
  Fill();
  ASSERT_GT(IndexFiles().size(), 5u);
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(fs_.Remove(IndexFiles().back()));
  ExpectEveryKey();
}

TEST_P(IndexGapTest, AllFilesThatAreGone) {
  Fill();
  ASSERT_TRUE(fs_.RemoveTree(kIndex));
  ExpectEveryKey();
}

TEST_P(IndexGapTest, AHeaderThatLags) {
  Fill();
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(fs_.Remove(IndexFiles().back()));
  Rewind(9, true);
  ExpectEveryKey();
}

TEST_P(IndexGapTest, AnEndOffsetThatLags) {
  Fill();
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(fs_.Remove(IndexFiles().back()));
  Rewind(9, false);
  ExpectEveryKey();
}

TEST_P(IndexGapTest, MessagesWithoutKeys) {
  Fill(true);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(fs_.Remove(IndexFiles().back()));
  ExpectEveryKey(true);
}

TEST_P(IndexGapTest, AnIndexThatWasOff) {
  options_.index_enable = false;
  Fill();
  options_.index_enable = true;
  ExpectEveryKey();
}

std::string NameOf(const ::testing::TestParamInfo<std::tuple<bool, Marks>>& info) {
  constexpr std::array kMarks = {"OurMarks", "EarlierMarks", "NoMarks"};
  const auto& [clean, marks] = info.param;
  return fmt::format("{}{}", clean ? "Clean" : "Killed", kMarks[static_cast<size_t>(marks)]);
}

INSTANTIATE_TEST_SUITE_P(Stops, IndexGapTest,
                         ::testing::Combine(::testing::Bool(),
                                            ::testing::Values(Marks::kOurs, Marks::kEarlier,
                                                              Marks::kNone)),
                         NameOf);

}  // namespace
}  // namespace pintle::store
