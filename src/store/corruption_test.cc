// Every kind of file of a store, damaged in every way of the corruption matrix. The store opens,
// serves every message that the damage did not hit in the log itself, and deletes no log.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/memory_file_system.h"
#include "model/record.h"
#include "store/store_testing.h"

namespace pintle::store {
namespace {

constexpr int kMessages = 150;

std::string Body(int i) { return fmt::format("{:03}:{}", i, std::string(100, 'b')); }

TestMessage Message(int i) {
  TestMessage message;
  message.topic = i % 3 == 0 ? "even" : "odd";
  message.queue_id = i % 2;
  message.body = Body(i);
  message.keys = fmt::format("key-{}", i);
  return message;
}

// A way to damage a file. False: it does not apply to it.
struct Damage {
  const char* name;
  bool (*apply)(FileSystem& fs, const std::string& path, const std::string& sibling);
};

std::vector<std::byte> Load(FileSystem& fs, const std::string& path) {
  const auto text = ReadWholeFile(fs, path);
  const ByteView bytes = AsBytes(*text);
  return {bytes.begin(), bytes.end()};
}

void Save(FileSystem& fs, const std::string& path, ByteView bytes) {
  auto file = fs.Open(path, OpenMode::kTruncate);
  ASSERT_TRUE(file);
  ASSERT_TRUE((*file)->WriteAt(0, bytes));
}

bool CutTo(FileSystem& fs, const std::string& path, size_t (*size)(size_t)) {
  auto bytes = Load(fs, path);
  if (bytes.empty()) return false;
  bytes.resize(size(bytes.size()));
  Save(fs, path, bytes);
  return true;
}

bool FlipBit(FileSystem& fs, const std::string& path, size_t at) {
  auto bytes = Load(fs, path);
  if (at >= bytes.size()) return false;
  bytes[at] ^= std::byte{0x10};
  Save(fs, path, bytes);
  return true;
}

bool ZeroFrom(FileSystem& fs, const std::string& path, size_t from) {
  auto bytes = Load(fs, path);
  if (from >= bytes.size()) return false;
  const size_t end = std::min(bytes.size(), from + 512);
  std::fill(bytes.begin() + static_cast<ptrdiff_t>(from),
            bytes.begin() + static_cast<ptrdiff_t>(end), std::byte{});
  Save(fs, path, bytes);
  return true;
}

const Damage kDamages[] = {
    {"cut by one byte",
     [](FileSystem& fs, const std::string& path, const std::string&) {
       return CutTo(fs, path, [](size_t size) { return size - 1; });
     }},
    {"cut in half",
     [](FileSystem& fs, const std::string& path, const std::string&) {
       return CutTo(fs, path, [](size_t size) { return size / 2; });
     }},
    {"cut to nothing",
     [](FileSystem& fs, const std::string& path, const std::string&) {
       return CutTo(fs, path, [](size_t) { return size_t{0}; });
     }},
    {"a bit at the start", [](FileSystem& fs, const std::string& path,
                              const std::string&) { return FlipBit(fs, path, 3); }},
    {"a bit in the middle",
     [](FileSystem& fs, const std::string& path, const std::string&) {
       return FlipBit(fs, path, Load(fs, path).size() / 2 + 1);
     }},
    {"zeros at the start", [](FileSystem& fs, const std::string& path,
                              const std::string&) { return ZeroFrom(fs, path, 0); }},
    {"zeros in the middle",
     [](FileSystem& fs, const std::string& path, const std::string&) {
       return ZeroFrom(fs, path, Load(fs, path).size() / 2);
     }},
    {"swapped",
     [](FileSystem& fs, const std::string& path, const std::string& sibling) {
       if (sibling.empty()) return false;
       const auto mine = Load(fs, path);
       const auto other = Load(fs, sibling);
       Save(fs, path, other);
       Save(fs, sibling, mine);
       return true;
     }},
    {"duplicated",
     [](FileSystem& fs, const std::string& path, const std::string& sibling) {
       if (sibling.empty()) return false;
       Save(fs, path, Load(fs, sibling));
       return true;
     }},
    {"missing", [](FileSystem& fs, const std::string& path,
                   const std::string&) { return fs.Remove(path).has_value(); }},
};

// Files below a folder, in order.
std::vector<std::string> FilesBelow(FileSystem& fs, const std::string& folder) {
  std::vector<std::string> out;
  const auto entries = fs.List(folder);
  for (const auto& entry : *entries) {
    const std::string path = JoinPath(folder, entry.name);
    if (entry.is_directory) {
      for (auto& below : FilesBelow(fs, path)) out.push_back(std::move(below));
    } else {
      out.push_back(path);
    }
  }
  std::ranges::sort(out);
  return out;
}

class CorruptionTest : public ::testing::TestWithParam<bool> {
 protected:
  CorruptionTest() {
    ConfigureLog({.level = LogLevel::kError, .json = false});
    auto store = OpenStore(fs_, clock_, options_);
    for (int i = 0; i < kMessages; ++i) {
      EXPECT_TRUE(Send(*store, Message(i)));
      clock_.Advance(100);
      if (i % 40 == 39) store->RunUpkeep();
    }
    store->RunUpkeep();
    if (GetParam()) {
      EXPECT_TRUE(store->Close());
    }
  }

  std::unique_ptr<MemoryFileSystem> Copy() { return fs_.KillImage(); }

  // Bodies that all queues together give, without those that a client finds wrong by their CRC.
  static std::set<std::string> Bodies(MessageStore& store) {
    std::set<std::string> out;
    for (const auto& [topic, ids] : store.Topics()) {
      for (const int32_t id : ids) {
        const QueueOffset max = store.MaxOffset(topic, id);
        for (QueueOffset at = store.MinOffset(topic, id); at < max;) {
          const auto result = store.Read(topic, id, at, {1, 1 << 20}, nullptr);
          for (const LogSlice& slice : result.slices) {
            const auto record = model::DecodeRecord(slice.bytes, true);
            if (!record && record.error().code == ErrorCode::kCorrupt) continue;
            EXPECT_TRUE(record && out.emplace(AsText(record->body)).second) << "wrong or twice";
          }
          EXPECT_GT(result.next, at);
          if (result.next <= at) break;
          at = result.next;
        }
      }
    }
    return out;
  }

  // What derives from the log is whole again; with `keys`, the index too.
  void ExpectEverything(FileSystem& fs, bool keys) {
    auto store = OpenStore(fs, clock_, options_);
    ASSERT_NE(store, nullptr);
    EXPECT_EQ(Bodies(*store).size(), static_cast<size_t>(kMessages));
    for (int i = 0; keys && i < kMessages; ++i) {
      const auto found = store->Query(Message(i).topic, Message(i).keys, 8, 0, INT64_MAX);
      EXPECT_FALSE(found.records.empty()) << "no key of " << i;
      if (found.records.empty()) break;
    }
    ASSERT_TRUE(Send(*store, Message(kMessages)));
    EXPECT_EQ(Bodies(*store).size(), static_cast<size_t>(kMessages) + 1);
    ASSERT_TRUE(store->Close());
    store.reset();
    store = OpenStore(fs, clock_, options_);
    ASSERT_NE(store, nullptr);
    EXPECT_EQ(Bodies(*store).size(), static_cast<size_t>(kMessages) + 1) << "at the second start";
  }

  StoreOptions options_ = SmallStoreOptions();
  ManualClock clock_;
  MemoryFileSystem fs_{{.track_crashes = false}};
};

TEST_P(CorruptionTest, QueueFilesAreMadeAnew) {
  const auto files = FilesBelow(fs_, "store/consumequeue");
  ASSERT_GT(files.size(), 6u);
  for (size_t i = 0; i < files.size() && !HasFailure(); ++i) {
    for (const Damage& damage : kDamages) {
      SCOPED_TRACE(fmt::format("{}: {}", files[i], damage.name));
      auto fs = Copy();
      if (damage.apply(*fs, files[i], files[(i + 1) % files.size()])) ExpectEverything(*fs, false);
    }
  }
}

TEST_P(CorruptionTest, LostQueuesAreMadeAnew) {
  for (const char* folder :
       {"store/consumequeue", "store/consumequeue/odd", "store/consumequeue/even/1"}) {
    SCOPED_TRACE(folder);
    auto fs = Copy();
    ASSERT_TRUE(fs->RemoveTree(folder));
    ExpectEverything(*fs, false);
  }
}

TEST_P(CorruptionTest, IndexFilesAreMadeAnew) {
  const auto files = FilesBelow(fs_, "store/index");
  ASSERT_GT(files.size(), 2u);
  for (size_t i = 0; i < files.size() && !HasFailure(); ++i) {
    for (const Damage& damage : kDamages) {
      SCOPED_TRACE(fmt::format("{}: {}", files[i], damage.name));
      auto fs = Copy();
      if (damage.apply(*fs, files[i], files[(i + 1) % files.size()])) ExpectEverything(*fs, false);
    }
  }
  auto fs = Copy();
  ASSERT_TRUE(fs->RemoveTree("store/index"));
  ExpectEverything(*fs, true);
}

TEST_P(CorruptionTest, MarksAreNotNeeded) {
  for (const char* file : {"store/checkpoint", "store/pintle.recovery", "store/abort"}) {
    for (const Damage& damage : kDamages) {
      SCOPED_TRACE(fmt::format("{}: {}", file, damage.name));
      auto fs = Copy();
      if (!*fs->Exists(file)) continue;
      if (damage.apply(*fs, file, "")) ExpectEverything(*fs, true);
    }
  }
}

TEST_P(CorruptionTest, SegmentsLoseOnlyWhatWasHit) {
  const auto files = FilesBelow(fs_, "store/commitlog");
  ASSERT_GT(files.size(), 6u);
  for (size_t i = 0; i < files.size() && !HasFailure(); ++i) {
    for (const Damage& damage : kDamages) {
      SCOPED_TRACE(fmt::format("{}: {}", files[i], damage.name));
      auto fs = Copy();
      if (!damage.apply(*fs, files[i], files[(i + 1) % files.size()])) continue;
      const auto before = FilesBelow(*fs, "store/commitlog");
      auto store = OpenStore(*fs, clock_, options_);
      ASSERT_NE(store, nullptr);
      // At most two segments were touched; each holds some 20 messages.
      const auto bodies = Bodies(*store);
      EXPECT_GE(bodies.size(), static_cast<size_t>(kMessages) - 50);
      const auto sent = Send(*store, Message(kMessages));
      ASSERT_TRUE(sent);
      EXPECT_EQ(Bodies(*store).size(), bodies.size() + 1);
      ASSERT_TRUE(store->Close());
      store.reset();
      for (const std::string& file : before) {
        const bool prepared = file == before.back();
        EXPECT_TRUE(prepared || *fs->Exists(file)) << file << " was deleted";
      }
      store = OpenStore(*fs, clock_, options_);
      ASSERT_NE(store, nullptr);
      EXPECT_GE(Bodies(*store).size(), bodies.size() + 1) << "at the second start";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Stops, CorruptionTest, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "Clean" : "Killed"; });

}  // namespace
}  // namespace pintle::store
