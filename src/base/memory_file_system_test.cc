#include "base/memory_file_system.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

namespace pintle {
namespace {

constexpr size_t kPage = 4096;
constexpr int kImages = 300;

std::string TextOf(FileSystem& fs, const std::string& path) {
  auto text = ReadWholeFile(fs, path);
  return text ? *text : "error: " + text.error().message;
}

std::vector<std::string> NamesIn(FileSystem& fs, const std::string& folder) {
  std::vector<std::string> names;
  const auto entries = fs.List(folder);
  for (const DirEntry& entry : *entries) names.push_back(entry.name);
  return names;
}

class MemoryFileSystemTest : public testing::Test {
 protected:
  std::unique_ptr<File> Create(const std::string& path) {
    auto file = fs_.Open(path, OpenMode::kCreate);
    EXPECT_TRUE(file) << file.error().message;
    return std::move(*file);
  }

  // A file whose name is durable.
  std::unique_ptr<File> CreateDurably(const std::string& path) {
    auto file = Create(path);
    EXPECT_TRUE(fs_.SyncDirectory("/"));
    return file;
  }

  // What the file may hold after a power loss now.
  std::set<std::string> TextsAfterCrash(const std::string& path, CrashOptions options = {}) {
    std::set<std::string> texts;
    for (int i = 0; i < kImages; ++i) {
      auto image = fs_.CrashImage(random_, options);
      texts.insert(*image->Exists(path) ? TextOf(*image, path) : "missing");
    }
    return texts;
  }

  MemoryFileSystem fs_;
  Random random_{1};
};

using Texts = std::set<std::string>;

TEST_F(MemoryFileSystemTest, SyncedBytesOfASyncedNameSurvive) {
  auto file = Create("a");
  ASSERT_TRUE(file->WriteAt(0, AsBytes("one")));
  ASSERT_TRUE(file->Sync());
  ASSERT_TRUE(fs_.SyncDirectory("/"));
  EXPECT_EQ(TextsAfterCrash("a"), Texts({"one"}));
}

TEST_F(MemoryFileSystemTest, FilesOwnSyncMakesNoNameDurable) {
  auto file = Create("a");
  ASSERT_TRUE(file->WriteAt(0, AsBytes("one")));
  ASSERT_TRUE(file->Sync());
  EXPECT_EQ(TextsAfterCrash("a"), Texts({"missing", "one"}));
}

TEST_F(MemoryFileSystemTest, EachVersionSinceTheSyncMayBeFound) {
  auto file = CreateDurably("a");
  ASSERT_TRUE(file->WriteAt(0, AsBytes("1")));
  ASSERT_TRUE(file->Sync());
  ASSERT_TRUE(file->WriteAt(0, AsBytes("2")));
  ASSERT_TRUE(file->WriteAt(0, AsBytes("3")));
  EXPECT_EQ(TextsAfterCrash("a"), Texts({"1", "2", "3"}));
  ASSERT_TRUE(file->Sync());
  EXPECT_EQ(TextsAfterCrash("a"), Texts({"3"}));
}

TEST_F(MemoryFileSystemTest, PagesAreKeptIndependentlyAndInAnyOrder) {
  auto file = CreateDurably("a");
  ASSERT_TRUE(file->Allocate(2 * kPage));
  ASSERT_TRUE(file->Sync());
  ASSERT_TRUE(file->WriteAt(0, AsBytes(std::string(kPage, 'x'))));
  ASSERT_TRUE(file->WriteAt(kPage, AsBytes(std::string(kPage, 'y'))));
  Texts seen;
  for (const std::string& text : TextsAfterCrash("a", {.tear_sectors = false}))
    seen.insert({text[0], text[kPage - 1], text[kPage], text[2 * kPage - 1]});
  const std::string none(4, '\0');
  EXPECT_EQ(seen, Texts({none, std::string("xx\0\0", 4), std::string("\0\0yy", 4), "xxyy"}));
}

TEST_F(MemoryFileSystemTest, PagesAreTornBetweenSectorsOnly) {
  auto file = CreateDurably("a");
  ASSERT_TRUE(file->WriteAt(0, AsBytes(std::string(kPage, 'o'))));
  ASSERT_TRUE(file->Sync());
  ASSERT_TRUE(file->WriteAt(0, AsBytes(std::string(kPage, 'n'))));
  bool torn = false;
  for (const std::string& text : TextsAfterCrash("a")) {
    ASSERT_EQ(text.size(), kPage);
    for (size_t at = 0; at < kPage; ++at) {
      ASSERT_TRUE(text[at] == 'o' || text[at] == 'n');
      ASSERT_TRUE(at % 512 == 0 || text[at] == text[at - 1]);
      torn = torn || (at > 0 && text[at] != text[at - 1]);
    }
  }
  EXPECT_TRUE(torn);
}

TEST_F(MemoryFileSystemTest, BytesCutOffDoNotComeBack) {
  auto file = CreateDurably("a");
  ASSERT_TRUE(file->WriteAt(0, AsBytes("abcdef")));
  ASSERT_TRUE(file->Sync());
  ASSERT_TRUE(file->Truncate(2));
  ASSERT_TRUE(file->WriteAt(3, AsBytes("XY")));
  const std::string hole(1, '\0');
  const std::string zeros(3, '\0');
  EXPECT_EQ(TextsAfterCrash("a"), Texts({"abcdef", "ab", "ab" + zeros, "ab" + hole + "XY"}));
  ASSERT_TRUE(file->Sync());
  EXPECT_EQ(TextsAfterCrash("a"), Texts({"ab" + hole + "XY"}));
}

TEST_F(MemoryFileSystemTest, SameBytesWrittenAgainAfterACutAreDurableOnceSynced) {
  auto file = CreateDurably("a");
  const std::string text(2 * kPage, 'x');
  ASSERT_TRUE(file->WriteAt(0, AsBytes(text)));
  ASSERT_TRUE(file->Sync());
  ASSERT_TRUE(file->Truncate(0));
  ASSERT_TRUE(file->WriteAt(0, AsBytes(text)));
  ASSERT_TRUE(file->Sync());
  EXPECT_EQ(TextsAfterCrash("a"), Texts({text}));
}

TEST_F(MemoryFileSystemTest, StoresToMappedMemoryAreSeenAndSyncedByPage) {
  auto file = CreateDurably("a");
  ASSERT_TRUE(file->Allocate(2 * kPage));
  ASSERT_TRUE(file->Sync());
  auto region = *file->Map(2 * kPage, MapAccess::kReadWrite);
  region->bytes()[0] = std::byte{'p'};
  region->bytes()[kPage] = std::byte{'q'};
  EXPECT_EQ(TextOf(fs_, "a")[kPage], 'q');
  ASSERT_TRUE(region->Sync(kPage + 100, 1));
  std::set<char> first;
  for (const std::string& text : TextsAfterCrash("a")) {
    EXPECT_EQ(text[kPage], 'q');
    first.insert(text[0]);
  }
  EXPECT_EQ(first, (std::set<char>{'\0', 'p'}));
  region.reset();
  ASSERT_TRUE(file->Sync());
  EXPECT_EQ(TextsAfterCrash("a").size(), 1u);
}

TEST_F(MemoryFileSystemTest, RenamesAndRemovalsNeedTheFoldersSync) {
  auto file = CreateDurably("a");
  ASSERT_TRUE(file->WriteAt(0, AsBytes("a")));
  ASSERT_TRUE(file->Sync());
  ASSERT_TRUE(fs_.Rename("a", "b"));
  EXPECT_EQ(TextsAfterCrash("a"), Texts({"a", "missing"}));
  EXPECT_EQ(TextsAfterCrash("b"), Texts({"a", "missing"}));
  for (int i = 0; i < kImages; ++i) {
    auto image = fs_.CrashImage(random_);
    EXPECT_NE(*image->Exists("a"), *image->Exists("b"));
  }
  ASSERT_TRUE(fs_.SyncDirectory("/"));
  EXPECT_EQ(TextsAfterCrash("b"), Texts({"a"}));
  ASSERT_TRUE(fs_.Remove("b"));
  EXPECT_EQ(TextsAfterCrash("b"), Texts({"a", "missing"}));
  ASSERT_TRUE(fs_.SyncDirectory("/"));
  EXPECT_EQ(TextsAfterCrash("b"), Texts({"missing"}));
}

TEST_F(MemoryFileSystemTest, ChangesOfNamesHappenInAnyOrderUnlessToldOtherwise) {
  for (const char* name : {"1", "2", "3"}) CreateDurably(name);
  for (const char* name : {"1", "2", "3"}) ASSERT_TRUE(fs_.Remove(name));
  const auto names_left = [this](CrashOptions options) {
    Texts seen;
    for (int i = 0; i < kImages; ++i) {
      auto image = fs_.CrashImage(random_, options);
      std::string names;
      for (const std::string& name : NamesIn(*image, "/")) names += name;
      seen.insert(names);
    }
    return seen;
  };
  EXPECT_EQ(names_left({}), Texts({"", "1", "2", "3", "12", "13", "23", "123"}));
  EXPECT_EQ(names_left({.entries_in_order = true}), Texts({"", "3", "23", "123"}));
}

TEST_F(MemoryFileSystemTest, SyncOfTheTargetFolderTakesTheOldNameAway) {
  ASSERT_TRUE(fs_.CreateDirectories("x"));
  ASSERT_TRUE(fs_.CreateDirectories("y"));
  ASSERT_TRUE(Create("x/new")->WriteAt(0, AsBytes("text")));
  ASSERT_TRUE(fs_.Rename("x/new", "y/done"));
  ASSERT_TRUE(fs_.SyncDirectory("y"));
  EXPECT_EQ(TextsAfterCrash("x/new"), Texts({"missing"}));
  EXPECT_FALSE(TextsAfterCrash("y/done").contains("missing"));
}

TEST_F(MemoryFileSystemTest, RemovedTreeIsGoneWholeOnceItsParentIsSynced) {
  ASSERT_TRUE(fs_.CreateDirectories("top/mid"));
  Create("top/mid/f");
  ASSERT_TRUE(fs_.SyncDirectory("top/mid"));
  ASSERT_TRUE(fs_.RemoveTree("top"));
  Texts seen;
  for (int i = 0; i < kImages; ++i) {
    auto image = fs_.CrashImage(random_);
    const bool file = *image->Exists("top/mid/f");
    const bool mid = *image->Exists("top/mid");
    const bool top = *image->Exists("top");
    EXPECT_TRUE(top || !mid);
    seen.insert(fmt::format("{:d}{:d}{:d}", top, mid, file));
  }
  EXPECT_EQ(seen, Texts({"000", "100", "110", "111"}));
  ASSERT_TRUE(fs_.SyncDirectory("/"));
  EXPECT_EQ(TextsAfterCrash("top"), Texts({"missing"}));
}

TEST_F(MemoryFileSystemTest, CreatedFoldersAreDurable) {
  ASSERT_TRUE(fs_.CreateDirectories("x/y"));
  ASSERT_TRUE(fs_.RemoveTree("x"));
  ASSERT_TRUE(fs_.CreateDirectories("x/z"));
  for (int i = 0; i < kImages; ++i) EXPECT_TRUE(*fs_.CrashImage(random_)->Exists("x/z"));
}

// At every moment of a replacement, and whatever survives of it, a reader finds one of the two
// texts, whole; once the replacement has returned, the new one.
TEST_F(MemoryFileSystemTest, AtomicWriteIsAtomicUnderEveryPowerLoss) {
  const std::string before(10'000, 'b');
  const std::string after(12'000, 'a');
  ASSERT_TRUE(WriteFileAtomically(fs_, "c.json", before, true));
  int moments = 0;
  fs_.SetObserver([&](const FileEvent&) {
    ++moments;
    for (const std::string& text : TextsAfterCrash("c.json"))
      EXPECT_TRUE(text == before || text == after);
  });
  ASSERT_TRUE(WriteFileAtomically(fs_, "c.json", after, true));
  fs_.SetObserver(nullptr);
  EXPECT_GE(moments, 9);
  EXPECT_EQ(TextsAfterCrash("c.json"), Texts({after}));
  EXPECT_EQ(TextsAfterCrash("c.json.bak"), Texts({before}));
}

TEST_F(MemoryFileSystemTest, FailedSyncLosesWhatALaterSyncReportsAsDone) {
  auto file = CreateDurably("a");
  ASSERT_TRUE(file->Allocate(64 * kPage));
  ASSERT_TRUE(file->Sync());
  const std::string text(64 * kPage, 'x');
  ASSERT_TRUE(file->WriteAt(0, AsBytes(text)));
  fs_.FailSyncs(1);
  EXPECT_EQ(file->Sync().error().code, ErrorCode::kIo);
  EXPECT_TRUE(file->Sync());
  EXPECT_EQ(TextOf(fs_, "a"), text);
  const Texts texts = TextsAfterCrash("a");
  ASSERT_EQ(texts.size(), 1u);
  const auto kept = std::ranges::count(*texts.begin(), 'x');
  EXPECT_GT(kept, 0);
  EXPECT_LT(kept, static_cast<int64_t>(text.size()));
  ASSERT_TRUE(file->WriteAt(0, AsBytes(std::string(text.size(), 'y'))));
  ASSERT_TRUE(file->Sync());
  EXPECT_EQ(TextsAfterCrash("a"), Texts({std::string(text.size(), 'y')}));
}

TEST_F(MemoryFileSystemTest, FailedSyncOfAFolderLeavesItsNamesOpen) {
  Create("a");
  fs_.FailSyncs(1);
  EXPECT_EQ(fs_.SyncDirectory("/").error().code, ErrorCode::kIo);
  EXPECT_EQ(TextsAfterCrash("a"), Texts({"", "missing"}));
}

TEST_F(MemoryFileSystemTest, NothingIsLostOnceEverythingIsSynced) {
  ASSERT_TRUE(fs_.MakeFolder("x"));
  ASSERT_TRUE(Create("x/a")->WriteAt(0, AsBytes("one")));
  ASSERT_TRUE(fs_.Rename("x/a", "b"));
  EXPECT_TRUE(TextsAfterCrash("b").contains("missing"));
  fs_.FailSyncs(1);
  EXPECT_EQ(fs_.SyncAll("/").error().code, ErrorCode::kIo);
  EXPECT_TRUE(TextsAfterCrash("b").contains("missing"));
  ASSERT_TRUE(Create("b")->WriteAt(0, AsBytes("two")));
  ASSERT_TRUE(fs_.SyncAll("x"));
  EXPECT_EQ(TextsAfterCrash("b"), Texts({"two"}));
  EXPECT_TRUE(*fs_.CrashImage(random_)->Exists("x"));
}

TEST_F(MemoryFileSystemTest, AStampTellsWhatAPowerLossTook) {
  auto file = fs_.Open("a", OpenMode::kCreate);
  ASSERT_TRUE(file);
  ASSERT_TRUE((*file)->WriteAt(0, AsBytes("old")));
  ASSERT_TRUE(fs_.SyncAll("/"));
  const FileStamp old = *fs_.Stamp("a");
  Random random(7);
  EXPECT_EQ(*fs_.CrashImage(random)->Stamp("a"), old);
  EXPECT_EQ(*fs_.KillImage()->Stamp("a"), old);
  ASSERT_TRUE((*file)->WriteAt(0, AsBytes("new")));
  const FileStamp fresh = *fs_.Stamp("a");
  EXPECT_NE(fresh, old);
  for (int i = 0; i < 20; ++i) EXPECT_NE(*fs_.CrashImage(random)->Stamp("a"), fresh);
  EXPECT_EQ(*fs_.KillImage()->Stamp("a"), fresh);
}

TEST_F(MemoryFileSystemTest, EqualSeedsGiveEqualImages) {
  const auto run = [] {
    MemoryFileSystem fs;
    Random random(99);
    std::string all;
    fs.SetObserver([&](const FileEvent&) {
      auto image = fs.CrashImage(random);
      for (const std::string& name : NamesIn(*image, "/"))
        all += name + "=" + TextOf(*image, name) + ";";
    });
    for (int i = 0; i < 40; ++i) {
      auto file = *fs.Open(std::to_string(i % 7), OpenMode::kCreate);
      EXPECT_TRUE(file->WriteAt(i * 300, AsBytes(std::string(900, static_cast<char>('a' + i)))));
      EXPECT_TRUE(i % 3 != 0 || file->Sync());
      EXPECT_TRUE(i % 5 != 0 || fs.Remove(std::to_string(i % 7)));
      EXPECT_TRUE(i % 11 != 0 || fs.SyncDirectory("/"));
    }
    fs.SetObserver(nullptr);
    return all;
  };
  const std::string first = run();
  EXPECT_GT(first.size(), 1000u);
  EXPECT_TRUE(first == run());
}

TEST_F(MemoryFileSystemTest, EventsTellWhatHappenedInOrder) {
  auto file = Create("a");
  ASSERT_TRUE(file->Allocate(3 * kPage));
  auto region = *file->Map(3 * kPage, MapAccess::kReadWrite);
  region->bytes()[kPage + 1] = std::byte{1};
  region->bytes()[2 * kPage] = std::byte{1};
  ASSERT_TRUE(file->Sync());
  std::string told;
  for (const FileEvent& event : fs_.TakeEvents())
    told += fmt::format("{} {} {}+{}; ", FileOperationName(event.operation), event.path,
                        event.offset, event.length);
  EXPECT_EQ(told, "create a 0+0; allocate a 0+12288; mapped write a 4096+8192; sync a 0+0; ");
  EXPECT_TRUE(fs_.TakeEvents().empty());
}

// The moment before a sync matters as much as the one after it.
TEST_F(MemoryFileSystemTest, ObserverSeesMappedStoresBeforeTheSyncThatCoversThem) {
  auto file = CreateDurably("a");
  ASSERT_TRUE(file->Allocate(1));
  ASSERT_TRUE(file->Sync());
  auto region = *file->Map(1, MapAccess::kReadWrite);
  std::vector<Texts> seen;
  fs_.SetObserver([&](const FileEvent&) { seen.push_back(TextsAfterCrash("a")); });
  region->bytes()[0] = std::byte{'x'};
  ASSERT_TRUE(file->Sync());
  fs_.SetObserver(nullptr);
  EXPECT_EQ(seen, (std::vector<Texts>{{"x", std::string(1, '\0')}, {"x"}}));
}

TEST_F(MemoryFileSystemTest, FullDiskRefusesAndRecovers) {
  fs_.SetCapacity(10 * kPage);
  auto file = Create("a");
  ASSERT_TRUE(file->Allocate(8 * kPage));
  auto other = Create("b");
  EXPECT_EQ(other->Allocate(3 * kPage).error().code, ErrorCode::kNoSpace);
  EXPECT_EQ(*other->Size(), 0);
  EXPECT_TRUE(other->Truncate(100 * kPage));
  EXPECT_EQ(other->WriteAt(0, AsBytes(std::string(3 * kPage, 'x'))).error().code,
            ErrorCode::kNoSpace);
  EXPECT_EQ(fs_.Space("/")->free_bytes, static_cast<int64_t>(2 * kPage));
  ASSERT_TRUE(fs_.Remove("a"));
  EXPECT_TRUE(other->Allocate(3 * kPage));
  EXPECT_EQ(fs_.Space("/")->free_bytes, static_cast<int64_t>(7 * kPage));
}

TEST_F(MemoryFileSystemTest, KilledProcessLeavesEverythingItWrote) {
  ASSERT_TRUE(Create("a")->WriteAt(0, AsBytes("text")));
  auto file = Create("b");
  ASSERT_TRUE(file->Allocate(2 * kPage));
  auto region = *file->Map(2 * kPage, MapAccess::kReadWrite);
  region->bytes()[5000] = std::byte{'x'};
  auto lock = fs_.Lock("lock");
  auto image = fs_.KillImage();
  EXPECT_EQ(TextOf(*image, "a"), "text");
  EXPECT_EQ(TextOf(*image, "b")[5000], 'x');
  EXPECT_TRUE(image->Lock("lock"));
  EXPECT_EQ(TextOf(*image->CrashImage(random_), "a"), "text");
}

TEST_F(MemoryFileSystemTest, MappedFileGrowsInPlaceUpToABound) {
  auto file = Create("a");
  ASSERT_TRUE(file->Allocate(kPage));
  auto region = *file->Map(kPage, MapAccess::kReadWrite);
  ASSERT_TRUE(file->Allocate(1 << 20));
  region->bytes()[7] = std::byte{'x'};
  EXPECT_EQ(TextOf(fs_, "a")[7], 'x');
  EXPECT_EQ(file->Truncate(int64_t{1} << 32).error().code, ErrorCode::kUnsupported);
}

TEST_F(MemoryFileSystemTest, ColdMemoryIsNotResident) {
  auto file = Create("a");
  ASSERT_TRUE(file->Allocate(kPage));
  auto region = *file->Map(kPage, MapAccess::kRead);
  EXPECT_EQ(region->ResidentBytes(96, kPage), kPage - 96);
  fs_.SetCold(true);
  EXPECT_EQ(region->ResidentBytes(0, kPage), 0u);
}

// As an appender and a flusher share a segment. The thread sanitizer is to find nothing here.
TEST_F(MemoryFileSystemTest, OneThreadStoresWhileAnotherSyncs) {
  auto file = CreateDurably("a");
  ASSERT_TRUE(file->Allocate(4 * kPage));
  auto region = *file->Map(4 * kPage, MapAccess::kReadWrite);
  std::atomic<bool> done = false;
  std::thread appender([&] {
    for (std::byte& byte : region->bytes()) byte = std::byte{'x'};
    done = true;
  });
  while (!done) {
    EXPECT_TRUE(region->Sync(0, kPage));
    EXPECT_TRUE(file->Sync());
    EXPECT_EQ(TextOf(*fs_.CrashImage(random_), "a").size(), 4 * kPage);
  }
  appender.join();
  ASSERT_TRUE(file->Sync());
  EXPECT_EQ(TextsAfterCrash("a"), Texts({std::string(4 * kPage, 'x')}));
}

TEST(UntrackedMemoryFileSystemTest, SparseGigabyteCostsNothing) {
  MemoryFileSystem fs({.track_crashes = false});
  auto file = *fs.Open("a", OpenMode::kCreate);
  ASSERT_TRUE(file->Allocate(int64_t{1} << 30));
  auto region = *file->Map(size_t{1} << 30, MapAccess::kReadWrite);
  region->bytes().back() = std::byte{'x'};
  std::byte last{};
  ASSERT_EQ(*file->ReadAt((int64_t{1} << 30) - 1, {&last, 1}), 1u);
  EXPECT_EQ(last, std::byte{'x'});
}

}  // namespace
}  // namespace pintle
