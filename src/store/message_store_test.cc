// The store through its door: what is appended is read back, before and after a restart.
#include "store/message_store.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <limits>
#include <map>
#include <thread>

#include "base/memory_file_system.h"
#include "model/properties.h"
#include "store/store_testing.h"

namespace pintle::store {
namespace {

class MessageStoreTest : public ::testing::Test {
 protected:
  void Reopen() {
    if (store_ != nullptr) {
      ASSERT_TRUE(store_->Close());
    }
    store_.reset();
    store_ = OpenStore(fs_, clock_, options_);
    ASSERT_NE(store_, nullptr);
  }
  void Kill() {
    store_.reset();
    store_ = OpenStore(fs_, clock_, options_);
    ASSERT_NE(store_, nullptr);
  }

  StoreOptions options_ = SmallStoreOptions();
  ManualClock clock_;
  MemoryFileSystem fs_{{.track_crashes = false}};
  std::unique_ptr<DiskMessageStore> store_;
};

TEST_F(MessageStoreTest, ReadsBackWhatWasAppended) {
  Reopen();
  const auto first = Send(*store_, {.body = "one", .tag = "a"});
  const auto second = Send(*store_, {.body = "two"});
  ASSERT_TRUE(first);
  ASSERT_TRUE(second);
  EXPECT_EQ(first->offset, LogOffset(0));
  EXPECT_EQ(first->queue_offset, QueueOffset(0));
  EXPECT_EQ(second->offset, first->end);
  EXPECT_EQ(second->queue_offset, QueueOffset(1));
  EXPECT_EQ(store_->appended(), second->end);

  const auto result = store_->Read("topic", 0, QueueOffset(0), ReadLimits(), nullptr);
  EXPECT_EQ(result.status, ReadStatus::kFound);
  EXPECT_EQ(result.next, QueueOffset(2));
  EXPECT_EQ(result.max, QueueOffset(2));
  EXPECT_EQ(result.messages, 2);
  EXPECT_EQ(result.slices.size(), 1u) << "neighbours are one slice";
  const auto messages = Messages(result);
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[0].body, "one");
  EXPECT_EQ(messages[1].body, "two");
}

TEST_F(MessageStoreTest, AnswersAsRocketMqOutsideOfTheQueue) {
  Reopen();
  const auto read = [this](int64_t from) {
    return store_->Read("topic", 0, QueueOffset(from), ReadLimits(), nullptr);
  };
  EXPECT_EQ(read(0).status, ReadStatus::kNoMatchedLogicQueue);
  ASSERT_TRUE(store_->OpenQueue("topic", 0));
  EXPECT_EQ(read(5).status, ReadStatus::kNoMessageInQueue);
  EXPECT_EQ(read(5).next, QueueOffset(0));
  ASSERT_TRUE(Send(*store_, {.body = "one"}));
  EXPECT_EQ(read(1).status, ReadStatus::kOffsetOverflowOne);
  EXPECT_EQ(read(1).next, QueueOffset(1));
  EXPECT_EQ(read(2).status, ReadStatus::kOffsetOverflowBadly);
  EXPECT_EQ(read(2).next, QueueOffset(1));
  EXPECT_EQ(read(-1).status, ReadStatus::kOffsetTooSmall);
  EXPECT_EQ(read(-1).next, QueueOffset(0));
}

class TagFilter final : public MessageFilter {
 public:
  explicit TagFilter(std::string_view tag) : code_(model::TagsCode(tag)) {}
  bool MatchesTagsCode(int64_t tags_code) const override { return tags_code == code_; }
  bool MatchesRecord(ByteView) const override { return true; }

 private:
  const int64_t code_;
};

TEST_F(MessageStoreTest, FilterSkipsAndMovesOn) {
  Reopen();
  for (const char* tag : {"a", "b", "a", "b"})
    ASSERT_TRUE(Send(*store_, {.body = tag, .tag = tag}));
  const TagFilter only_b("b");
  const auto result = store_->Read("topic", 0, QueueOffset(0), ReadLimits(), &only_b);
  EXPECT_EQ(result.status, ReadStatus::kFound);
  EXPECT_EQ(result.messages, 2);
  EXPECT_EQ(result.slices.size(), 2u);
  EXPECT_EQ(result.next, QueueOffset(4));
  const TagFilter none("c");
  const auto empty = store_->Read("topic", 0, QueueOffset(0), ReadLimits(), &none);
  EXPECT_EQ(empty.status, ReadStatus::kNoMatchedMessage);
  EXPECT_EQ(empty.next, QueueOffset(4));
}

// RocketMQ with enableConsumeQueueExt leaves entries that hold a place in another file.
TEST_F(MessageStoreTest, FiltersByTheMessageWhereTheEntryHoldsNoTag) {
  Reopen();
  for (const char* tag : {"a", "b", "a"}) ASSERT_TRUE(Send(*store_, {.body = tag, .tag = tag}));
  ASSERT_TRUE(store_->Close());
  store_.reset();
  auto file = fs_.Open("store/consumequeue/topic/0/00000000000000000000", OpenMode::kReadWrite);
  ASSERT_TRUE(file);
  for (int64_t i = 0; i < 3; ++i) {
    std::array<std::byte, 8> place;
    StoreBig(place.data(), std::numeric_limits<int64_t>::min() + i * 20);
    ASSERT_TRUE((*file)->WriteAt(i * 20 + 12, place));
  }
  Reopen();
  const TagFilter filter("a");
  const auto result = store_->Read("topic", 0, QueueOffset(0), ReadLimits(), &filter);
  ASSERT_EQ(Messages(result).size(), 2u);
  EXPECT_EQ(Messages(result)[1].queue_offset, QueueOffset(2));
}

// No checksum covers it, and blanks up to it would fill the disk.
TEST_F(MessageStoreTest, APlaceInTheQueueThatCannotBeIsDamage) {
  Reopen();
  LogOffset last;
  for (const char* body : {"a", "b", "c"}) {
    const auto sent = Send(*store_, {.body = body});
    ASSERT_TRUE(sent);
    last = sent->offset;
  }
  store_.reset();
  auto file = fs_.Open("store/commitlog/00000000000000000000", OpenMode::kReadWrite);
  ASSERT_TRUE(file);
  std::array<std::byte, 8> place;
  StoreBig(place.data(), int64_t{1} << 40);
  ASSERT_TRUE((*file)->WriteAt(last.value() + 20, place));
  Kill();
  EXPECT_EQ(ReadQueue(*store_, "topic", 0).size(), 2u);
  ASSERT_EQ(store_->recovery().damages.size(), 1u);
  EXPECT_EQ(store_->recovery().damages[0].from, last);
  ASSERT_TRUE(Send(*store_, {.body = "d"}));
  EXPECT_EQ(ReadQueue(*store_, "topic", 0).back().queue_offset, QueueOffset(2));
}

TEST_F(MessageStoreTest, LimitsHoldExceptForTheFirstMessage) {
  Reopen();
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(Send(*store_, {.body = std::string(500, 'x')}));
  const auto by_count = store_->Read("topic", 0, QueueOffset(0), {2, 1 << 20}, nullptr);
  EXPECT_EQ(by_count.messages, 2);
  EXPECT_EQ(by_count.next, QueueOffset(2));
  const auto by_bytes = store_->Read("topic", 0, QueueOffset(0), {32, 100}, nullptr);
  EXPECT_EQ(by_bytes.messages, 1);
  EXPECT_EQ(by_bytes.next, QueueOffset(1));
}

TEST_F(MessageStoreTest, SurvivesRestartsOfBothKinds) {
  Reopen();
  std::vector<std::string> sent;
  for (int round = 0; round < 6; ++round) {
    for (int i = 0; i < 37; ++i) {
      sent.push_back(fmt::format("{}-{}", round, i));
      ASSERT_TRUE(Send(*store_, {.body = sent.back(), .keys = sent.back()}));
      if (i % 10 == 0) store_->RunUpkeep();
    }
    const auto before = ReadStore(*store_);
    if (round % 2 == 0) {
      Reopen();
    } else {
      Kill();
    }
    EXPECT_EQ(ReadStore(*store_), before) << round;
  }
  const auto messages = ReadQueue(*store_, "topic", 0);
  ASSERT_EQ(messages.size(), sent.size());
  for (size_t i = 0; i < sent.size(); ++i) {
    EXPECT_EQ(messages[i].body, sent[i]);
    EXPECT_EQ(messages[i].queue_offset, QueueOffset(static_cast<int64_t>(i)));
    const auto found = store_->Query("topic", sent[i], 8, 0, INT64_MAX);
    ASSERT_EQ(found.records.size(), 1u) << sent[i];
    EXPECT_EQ(model::DecodeRecord(found.records[0].bytes, true)->body.size(), sent[i].size());
  }
}

TEST_F(MessageStoreTest, BatchesStayInOneSegment) {
  Reopen();
  ASSERT_TRUE(Send(*store_, {.body = std::string(2000, 'x')}));
  std::vector<TestMessage> batch(8, TestMessage{.body = std::string(200, 'y')});
  const auto appended = SendBatch(*store_, batch);
  ASSERT_TRUE(appended);
  EXPECT_EQ(appended->front().offset, LogOffset(4096)) << "it rolled as a whole";
  EXPECT_EQ(appended->back().queue_offset, QueueOffset(8));
  EXPECT_EQ(ReadQueue(*store_, "topic", 0).size(), 9u);
  std::vector<TestMessage> large(20, TestMessage{.body = std::string(200, 'y')});
  auto refused = SendBatch(*store_, large);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ReadQueue(*store_, "topic", 0).size(), 9u);
}

TEST_F(MessageStoreTest, PreparedMessagesGetNoQueueEntry) {
  Reopen();
  const auto prepared = Send(*store_, {.body = "half", .sys_flag = model::kSysPrepared});
  ASSERT_TRUE(prepared);
  EXPECT_EQ(prepared->queue_offset, QueueOffset(0));
  EXPECT_EQ(store_->MaxOffset("topic", 0), QueueOffset(0));
  ASSERT_TRUE(Send(*store_, {.body = "whole", .sys_flag = model::kSysCommit}));
  Kill();
  EXPECT_EQ(store_->MaxOffset("topic", 0), QueueOffset(1));
  EXPECT_TRUE(store_->ReadRecord(prepared->offset));
  EXPECT_FALSE(store_->ReadRecord(prepared->offset + 1));
}

TEST_F(MessageStoreTest, StoreTimeNeverFalls) {
  Reopen();
  const auto first = Send(*store_, {.body = "one"});
  clock_.JumpWall(-3'600'000);
  const auto second = Send(*store_, {.body = "two"});
  EXPECT_EQ(second->store_timestamp, first->store_timestamp);
  Reopen();
  const auto third = Send(*store_, {.body = "three"});
  EXPECT_EQ(third->store_timestamp, first->store_timestamp);
}

TEST_F(MessageStoreTest, OffsetByTimeFindsBothBoundaries) {
  Reopen();
  const int64_t start = clock_.WallMs();
  for (int i = 0; i < 40; ++i) {
    if (i % 4 == 0) clock_.Advance(10);
    ASSERT_TRUE(Send(*store_, {.body = "x"}));
  }
  const auto at = [&](int64_t ms, Boundary boundary) {
    return store_->OffsetByTime("topic", 0, start + ms, boundary).value();
  };
  EXPECT_EQ(at(20, Boundary::kLower), 4);
  EXPECT_EQ(at(20, Boundary::kUpper), 7);
  EXPECT_EQ(at(25, Boundary::kLower), 8);
  EXPECT_EQ(at(25, Boundary::kUpper), 7);
  EXPECT_EQ(at(0, Boundary::kLower), 0);
  EXPECT_EQ(at(0, Boundary::kUpper), 0);
  EXPECT_EQ(at(101, Boundary::kLower), 40);
  EXPECT_EQ(at(101, Boundary::kUpper), 39);
}

TEST_F(MessageStoreTest, DeletedTopicsDoNotComeBack) {
  Reopen();
  ASSERT_TRUE(Send(*store_, {.topic = "gone", .body = "one"}));
  ASSERT_TRUE(Send(*store_, {.topic = "kept", .body = "two"}));
  auto* stale = store_->FindQueue("gone", 0);
  ASSERT_TRUE(store_->DeleteTopic("gone"));
  EXPECT_EQ(store_->FindQueue("gone", 0), nullptr);
  NewMessage late;
  late.queue = stale;
  EXPECT_EQ(store_->Append(late).error().code, ErrorCode::kNotFound);
  Kill();
  EXPECT_EQ(store_->FindQueue("gone", 0), nullptr);
  EXPECT_EQ(ReadQueue(*store_, "kept", 0).size(), 1u);
  ASSERT_TRUE(Send(*store_, {.topic = "gone", .body = "anew"}));
  Kill();
  EXPECT_EQ(ReadQueue(*store_, "gone", 0).size(), 1u);
}

TEST_F(MessageStoreTest, SecondOpenNamesTheHolder) {
  Reopen();
  auto second = MessageStore::Open(fs_, clock_, options_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kBusy);
  EXPECT_TRUE(Send(*store_, {.body = "still here"}));
}

TEST_F(MessageStoreTest, RefusesWhatIsTooLarge) {
  options_.message_bytes_max = 1000;
  Reopen();
  auto body = Send(*store_, {.body = std::string(1001, 'x')});
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code, ErrorCode::kInvalidArgument);
  options_.message_bytes_max = 1 << 20;
  Reopen();
  EXPECT_EQ(Send(*store_, {.body = std::string(4096, 'x')}).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(store_->appended(), LogOffset(0));
}

TEST_F(MessageStoreTest, ClosedStoreRefusesAppends) {
  Reopen();
  ASSERT_TRUE(store_->Close());
  EXPECT_EQ(Send(*store_, {.body = "x"}).error().code, ErrorCode::kUnavailable);
}

// With its threads, on the machine's files.
class ThreadedStoreTest : public ::testing::Test {
 protected:
  ThreadedStoreTest() {
    folder_ = std::filesystem::temp_directory_path() /
              fmt::format("pintle-store-{}-{}", ::getpid(), static_cast<const void*>(this));
    options_ = StoreOptions();
    options_.path = (folder_ / "store").string();
    options_.segment_bytes = 1 << 20;
    options_.index_slots = 1000;
    options_.index_entries = 4000;
    options_.flush = FlushMode::kSync;
    options_.queue_flush_interval_ms = 1;
    options_.checkpoint_interval_ms = 5;
  }
  ~ThreadedStoreTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
  StoreOptions options_;
  SystemClock clock_;
  std::unique_ptr<FileSystem> fs_ = MakePosixFileSystem();
};

TEST_F(ThreadedStoreTest, ManyAppendersKeepEachQueueInOrder) {
  class InOrder final : public AppendObserver {
   public:
    void OnReadable(ConsumeQueue& queue, QueueOffset offset, int64_t) override {
      auto& next = next_[&queue];
      EXPECT_EQ(offset, next);
      ++next;
      ++count;
    }
    int count = 0;

   private:
    std::map<ConsumeQueue*, QueueOffset> next_;
  };
  constexpr int kThreads = 4;
  constexpr int kEach = 2'000;
  InOrder observer;
  auto store = OpenStore(*fs_, clock_, options_);
  ASSERT_NE(store, nullptr);
  store->SetObserver(&observer);
  std::atomic<int64_t> told{0};
  store->SetDurableListener([&](LogOffset durable) { told = durable.value(); });
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&store, t] {
      for (int i = 0; i < kEach; ++i) {
        const auto appended = Send(
            *store,
            {.queue_id = i % 3, .body = fmt::format("{}:{}", t, i), .keys = fmt::format("k{}", i)});
        ASSERT_TRUE(appended);
        const auto read =
            store->Read("topic", i % 3, appended->queue_offset, ReadLimits{1, 1 << 20}, nullptr);
        EXPECT_EQ(Messages(read).at(0).body, fmt::format("{}:{}", t, i));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(observer.count, kThreads * kEach);
  while (store->durable() < store->appended()) std::this_thread::yield();
  while (told.load() < store->appended().value()) std::this_thread::yield();
  const auto before = ReadStore(*store);
  store.reset();  // as if killed
  store = OpenStore(*fs_, clock_, options_);
  ASSERT_NE(store, nullptr);
  EXPECT_EQ(ReadStore(*store), before);
  ASSERT_TRUE(store->Close());
  store = OpenStore(*fs_, clock_, options_);
  ASSERT_NE(store, nullptr);
  EXPECT_EQ(ReadStore(*store), before);
  EXPECT_EQ(store->recovery().records, 0) << "a clean stop leaves nothing to read";
}

}  // namespace
}  // namespace pintle::store
