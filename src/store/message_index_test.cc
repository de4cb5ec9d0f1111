#include "store/message_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <functional>

#include "base/memory_file_system.h"

namespace pintle::store {
namespace {

using ::testing::ElementsAre;

class MessageIndexTest : public ::testing::Test {
 protected:
  MessageIndexTest() { Open(); }

  void Open() {
    index_ = std::make_unique<MessageIndex>(fs_, clock_, MessageIndexOptions{"index", {4, 8}});
    ASSERT_TRUE(index_->Load());
  }
  void Add(std::string_view key, int64_t offset, int64_t timestamp = 1'000'000) {
    index_->Add(KeyHashes("topic", key, "").all(), LogOffset(offset), timestamp);
  }
  void Flush() {
    for (bool more = true; more;) more = *index_->Flush(3);
  }
  std::vector<int64_t> Find(std::string_view key, int64_t begin = 0, int64_t end = INT64_MAX,
                            size_t max = 100) {
    const auto found = index_->Find("topic", key, max, begin, end);
    EXPECT_TRUE(found);
    std::vector<int64_t> out;
    for (const LogOffset offset : found->offsets) out.push_back(offset.value());
    return out;
  }

  MemoryFileSystem fs_{{.track_crashes = false}};
  ManualClock clock_;
  std::unique_ptr<MessageIndex> index_;
};

TEST_F(MessageIndexTest, FindsInMemoryAndInFilesNewestFirst) {
  Add("a", 10);
  Add("b", 20);
  Add("a", 30);
  EXPECT_THAT(Find("a"), ElementsAre(30, 10));
  Flush();
  Add("a", 40);
  EXPECT_THAT(Find("a"), ElementsAre(40, 30, 10));
  EXPECT_THAT(Find("a", 0, INT64_MAX, 2), ElementsAre(40, 30));
  EXPECT_THAT(Find("c"), ElementsAre());
}

TEST_F(MessageIndexTest, SplitsKeysAndSkipsEmptyOnes) {
  const KeyHashes hashes("t", "u", " a  b ");
  EXPECT_EQ(hashes.all().size(), 3u);
  EXPECT_EQ(hashes.all()[0], KeyHashes::Of("t", "u"));
  EXPECT_EQ(hashes.all()[1], KeyHashes::Of("t", "a"));
  EXPECT_EQ(KeyHashes("t", "", "1 2 3 4 5 6 7 8 9 10").all().size(), 10u);
  EXPECT_TRUE(KeyHashes("t", "", "").all().empty());
}

TEST_F(MessageIndexTest, GoesOnInAnotherFileWhenOneIsFull) {
  for (int i = 0; i < 20; ++i) Add("k", i * 10);
  Flush();
  EXPECT_EQ(index_->files(), 3u) << "seven entries a file";
  EXPECT_EQ(Find("k").size(), 20u);
  Open();
  EXPECT_EQ(Find("k").size(), 20u);
  EXPECT_EQ(index_->last_written(), LogOffset(190));
  EXPECT_EQ(*index_->RemoveBelow(LogOffset(100)), 1);
  EXPECT_EQ(index_->files(), 2u);
  EXPECT_EQ(*index_->RemoveBelow(LogOffset(1'000)), 1) << "the newest file stays";
}

TEST_F(MessageIndexTest, TimesAreSeconds) {
  Add("k", 10, 1'000'000);
  Add("k", 20, 1'005'400);
  Add("k", 30, 1'010'000);
  Flush();
  EXPECT_THAT(Find("k", 1'005'000, 1'005'999), ElementsAre(20));
  EXPECT_THAT(Find("k", 1'005'001, INT64_MAX), ElementsAre(30));
  EXPECT_THAT(Find("k", 0, 999'999), ElementsAre());
}

TEST_F(MessageIndexTest, NamesKeepTheirOrderWhenTheClockGoesBack) {
  for (int i = 0; i < 7; ++i) Add("k", i);
  Flush();
  clock_.JumpWall(-86'400'000);
  for (int i = 7; i < 21; ++i) Add("k", i);
  Flush();
  Open();
  EXPECT_EQ(index_->last_written(), LogOffset(20));
  EXPECT_EQ(Find("k").front(), 20);
}

// Files of few entries fill faster than the clock moves; their names stay times of day.
TEST_F(MessageIndexTest, NamesStayTimesWhenFilesFillWithinAMillisecond) {
  constexpr int kFiles = 3000;
  for (int i = 0; i < kFiles * 7; ++i) Add("k", i);
  Flush();
  EXPECT_EQ(index_->files(), size_t{kFiles});
  std::vector<std::string> names;
  const auto listed = fs_.List("index");
  ASSERT_TRUE(listed);
  for (const auto& entry : *listed) names.push_back(entry.name);
  EXPECT_EQ(names.size(), size_t{kFiles});
  EXPECT_THAT(names, ::testing::Each(::testing::SizeIs(17)));
  Open();
  EXPECT_EQ(index_->files(), size_t{kFiles});
  EXPECT_EQ(Find("k").front(), kFiles * 7 - 1);
}

TEST_F(MessageIndexTest, NoNameAfterTheLastIsAnError) {
  for (int i = 0; i < 7; ++i) Add("k", i);
  Flush();
  const std::string first = fs_.List("index")->front().name;
  ASSERT_TRUE(fs_.Rename("index/" + first, "index/99991231235959999"));
  Open();
  Add("k", 7);
  const auto flushed = index_->Flush(10);
  ASSERT_FALSE(flushed);
  EXPECT_THAT(flushed.error().message, ::testing::HasSubstr("99991231235959999"));
  EXPECT_EQ(Find("k").size(), 8u) << "what could not be written is still found";
}

// Against a list: adding, writing, cutting and opening again in any order.
RC_GTEST_PROP(MessageIndexProperty, EqualsAListOfKeys, ()) {
  constexpr std::array kKeys = {"a", "b", "c", "d", "e"};
  struct Added {
    size_t key;
    int64_t offset;
    int64_t timestamp;
    bool written;
  };
  MemoryFileSystem fs({.track_crashes = false});
  ManualClock clock;
  const MessageIndexOptions options{"index", {*rc::gen::inRange(1, 6), *rc::gen::inRange(2, 12)}};
  auto index = std::make_unique<MessageIndex>(fs, clock, options);
  RC_ASSERT(index->Load().has_value());
  std::vector<Added> model;
  int64_t offset = 0;
  int64_t timestamp = 1'000'000;
  const int steps = *rc::gen::inRange(1, 60);
  for (int step = 0; step < steps; ++step) {
    switch (*rc::gen::inRange(0, 8)) {
      case 0: {
        for (bool more = true; more;) more = *index->Flush(4);
        for (auto& added : model) added.written = true;
        break;
      }
      case 1:
        index = std::make_unique<MessageIndex>(fs, clock, options);
        RC_ASSERT(index->Load().has_value());
        std::erase_if(model, [](const Added& added) { return !added.written; });
        break;
      case 2: {
        for (bool more = true; more;) more = *index->Flush(4);
        const int64_t cut = *rc::gen::inRange<int64_t>(0, offset + 2);
        RC_ASSERT(index->CutAt(LogOffset(cut)).has_value());
        std::erase_if(model, [&](const Added& added) { return added.offset >= cut; });
        for (auto& added : model) added.written = true;
        break;
      }
      default: {
        const auto key = *rc::gen::inRange<size_t>(0, kKeys.size());
        offset += *rc::gen::inRange<int64_t>(1, 5);
        timestamp += 1000 * *rc::gen::inRange<int64_t>(0, 3);
        index->Add(KeyHashes("t", kKeys[key], "").all(), LogOffset(offset), timestamp);
        model.push_back({key, offset, timestamp, false});
      }
    }
    const auto key = *rc::gen::inRange<size_t>(0, kKeys.size());
    const int64_t begin = 1'000'000 + 1000 * *rc::gen::inRange<int64_t>(0, 20);
    const int64_t end = begin + 1000 * *rc::gen::inRange<int64_t>(0, 40);
    std::vector<LogOffset> expected;
    for (const auto& added : model) {
      if (added.key == key && added.timestamp >= begin && added.timestamp <= end)
        expected.emplace_back(added.offset);
    }
    std::ranges::sort(expected, std::greater<>());
    RC_ASSERT(index->Find("t", kKeys[key], 1'000, begin, end)->offsets == expected);
  }
}

}  // namespace
}  // namespace pintle::store
