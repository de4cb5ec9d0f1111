// What every file system does alike.
#include "base/file_system.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/fault_file_system.h"
#include "base/memory_file_system.h"

namespace pintle {
namespace {

enum class Kind : uint8_t { kPosix, kMemory, kUntracked, kFault };

std::string KindName(const testing::TestParamInfo<Kind>& info) {
  switch (info.param) {
    case Kind::kPosix:
      return "Posix";
    case Kind::kMemory:
      return "Memory";
    case Kind::kUntracked:
      return "Untracked";
    case Kind::kFault:
      return "Fault";
  }
  return "Unknown";
}

class FileSystemTest : public testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    if (GetParam() == Kind::kPosix) {
      fs_ = MakePosixFileSystem();
      std::string pattern = testing::TempDir() + "pintle-files-XXXXXX";
      ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
      folder_ = pattern;
      return;
    }
    fs_ = std::make_unique<MemoryFileSystem>(
        MemoryFileSystemOptions{.track_crashes = GetParam() != Kind::kUntracked});
    if (GetParam() == Kind::kFault) {
      below_ = std::move(fs_);
      fs_ = std::make_unique<FaultFileSystem>(*below_);
    }
    folder_ = "/data";
    ASSERT_TRUE(fs_->CreateDirectories(folder_));
  }
  void TearDown() override { ASSERT_TRUE(fs_->RemoveTree(folder_)); }

  std::string Path(std::string_view name) const { return JoinPath(folder_, name); }

  std::unique_ptr<File> Create(std::string_view name) {
    auto file = fs_->Open(Path(name), OpenMode::kCreate);
    EXPECT_TRUE(file) << file.error().message;
    return std::move(*file);
  }

  std::unique_ptr<FileSystem> below_;
  std::unique_ptr<FileSystem> fs_;
  std::string folder_;
};

TEST_P(FileSystemTest, ReadsBackWhatWasWrittenAndStopsAtTheEnd) {
  auto file = Create("a");
  ASSERT_TRUE(file->WriteAt(3, AsBytes("hello")));
  std::string text(16, '?');
  auto read = file->ReadAt(0, {reinterpret_cast<std::byte*>(text.data()), text.size()});
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, 8u);
  EXPECT_EQ(text.substr(0, 8), std::string_view("\0\0\0hello", 8));
  EXPECT_EQ(*file->Size(), 8);
  EXPECT_TRUE(file->Sync());
}

TEST_P(FileSystemTest, OpenModesSayWhatMustExist) {
  EXPECT_EQ(fs_->Open(Path("a"), OpenMode::kRead).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(fs_->Open(Path("a"), OpenMode::kReadWrite).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(fs_->Open(Path("a"), OpenMode::kCreateNew));
  EXPECT_EQ(fs_->Open(Path("a"), OpenMode::kCreateNew).error().code, ErrorCode::kAlreadyExists);
  ASSERT_TRUE(Create("a")->WriteAt(0, AsBytes("x")));
  EXPECT_EQ(*Create("a")->Size(), 1);
  EXPECT_EQ(*(*fs_->Open(Path("a"), OpenMode::kTruncate))->Size(), 0);
  EXPECT_FALSE((*fs_->Open(Path("a"), OpenMode::kRead))->WriteAt(0, AsBytes("x")));
  EXPECT_FALSE(fs_->Open(folder_, OpenMode::kRead));
}

TEST_P(FileSystemTest, MappedStoresAreTheFilesAndOutliveIt) {
  auto file = Create("a");
  ASSERT_TRUE(file->Allocate(3 * 4096));
  auto region = file->Map(3 * 4096, MapAccess::kReadWrite);
  ASSERT_TRUE(region);
  (*region)->PreTouch(0, 3 * 4096);
  EXPECT_EQ((*region)->ResidentBytes(100, 4096), 4096u);
  (*region)->bytes()[5000] = std::byte{'x'};
  std::byte seen{};
  ASSERT_EQ(*file->ReadAt(5000, {&seen, 1}), 1u);
  EXPECT_EQ(seen, std::byte{'x'});
  file.reset();
  EXPECT_TRUE((*region)->Sync(5000, 1));
  EXPECT_TRUE((*region)->Sync(0, 1 << 30));
  EXPECT_EQ((*region)->bytes()[5000], std::byte{'x'});
}

TEST_P(FileSystemTest, RefusesToMapPastTheEnd) {
  auto file = Create("a");
  ASSERT_TRUE(file->Truncate(100));
  EXPECT_EQ(file->Map(101, MapAccess::kRead).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(file->Map(0, MapAccess::kRead).error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(file->Map(100, MapAccess::kRead));
}

TEST_P(FileSystemTest, FoldersAreCreatedListedRenamedAndRemoved) {
  ASSERT_TRUE(fs_->CreateDirectories(Path("x/y/z/")));
  ASSERT_TRUE(fs_->CreateDirectories(Path("x/y/z")));
  Create("x/f");
  auto entries = fs_->List(Path("x"));
  ASSERT_TRUE(entries);
  std::ranges::sort(*entries, {}, &DirEntry::name);
  ASSERT_EQ(entries->size(), 2u);
  EXPECT_EQ((*entries)[0].name, "f");
  EXPECT_FALSE((*entries)[0].is_directory);
  EXPECT_TRUE((*entries)[1].is_directory);
  EXPECT_FALSE(fs_->CreateDirectories(Path("x/f")));
  ASSERT_TRUE(fs_->Rename(Path("x/f"), Path("x/y/g")));
  EXPECT_FALSE(*fs_->Exists(Path("x/f")));
  EXPECT_TRUE(*fs_->Exists(Path("x/y/g")));
  EXPECT_TRUE(fs_->SyncDirectory(Path("x/y")));
  EXPECT_FALSE(fs_->Remove(Path("x/y")));
  EXPECT_TRUE(fs_->Remove(Path("x/y/z")));
  EXPECT_EQ(fs_->Remove(Path("x/y/z")).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(fs_->List(Path("x/y/z")).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(fs_->RemoveTree(Path("x")));
  EXPECT_TRUE(fs_->RemoveTree(Path("x")));
  EXPECT_FALSE(*fs_->Exists(Path("x")));
  EXPECT_GE(fs_->Space(folder_)->total_bytes, fs_->Space(folder_)->free_bytes);
}

TEST_P(FileSystemTest, AFolderIsMadeInOneThatIsThere) {
  EXPECT_TRUE(*fs_->MakeFolder(Path("x")));
  EXPECT_FALSE(*fs_->MakeFolder(Path("x")));
  EXPECT_EQ(fs_->MakeFolder(Path("none/y")).error().code, ErrorCode::kNotFound);
  Create("f");
  EXPECT_FALSE(fs_->MakeFolder(Path("f")));
  ASSERT_TRUE(fs_->MakeFolder(Path("x/y")));
  EXPECT_EQ(fs_->List(Path("x"))->size(), 1u);
}

TEST_P(FileSystemTest, AStampTellsOfAChange) {
  EXPECT_EQ(fs_->Stamp(Path("a")).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(fs_->MakeFolder(Path("x")));
  auto file = Create("x/a");
  ASSERT_TRUE(file->WriteAt(0, AsBytes("one")));
  const FileStamp of_file = *fs_->Stamp(Path("x/a"));
  const FileStamp of_folder = *fs_->Stamp(Path("x"));
  EXPECT_EQ(of_file.size, 3);
  EXPECT_EQ(*ReadWholeFile(*fs_, Path("x/a")), "one");
  EXPECT_EQ(*fs_->Stamp(Path("x/a")), of_file);
  EXPECT_EQ(*fs_->Stamp(Path("x")), of_folder);
  // Clocks of file systems tick every few milliseconds.
  while (*fs_->Stamp(Path("x/a")) == of_file) ASSERT_TRUE(file->WriteAt(0, AsBytes("two")));
  EXPECT_EQ(*fs_->Stamp(Path("x")), of_folder);
  for (int i = 0; *fs_->Stamp(Path("x")) == of_folder; ++i) Create(fmt::format("x/{}", i));
}

TEST_P(FileSystemTest, ADiskIsSyncedAsAWholeOrSaysThatItCannotBe) {
  ASSERT_TRUE(Create("a")->WriteAt(0, AsBytes("one")));
  const Status synced = fs_->SyncAll(folder_);
  EXPECT_TRUE(synced || synced.error().code == ErrorCode::kUnsupported) << synced.error().message;
  EXPECT_FALSE(fs_->SyncAll(Path("none")));
}

TEST_P(FileSystemTest, SecondLockInTheSameProcessIsRefused) {
  auto lock = fs_->Lock(Path("lock"));
  ASSERT_TRUE(lock);
  EXPECT_EQ(fs_->Lock(Path("lock")).error().code, ErrorCode::kBusy);
  lock->reset();
  EXPECT_TRUE(fs_->Lock(Path("lock")));
}

TEST_P(FileSystemTest, AtomicWriteReplacesAndKeepsTheOldText) {
  ASSERT_TRUE(WriteFileAtomically(*fs_, Path("c.json"), "one", true));
  EXPECT_FALSE(*fs_->Exists(Path("c.json.bak")));
  ASSERT_TRUE(WriteFileAtomically(*fs_, Path("c.json"), "two", true));
  EXPECT_EQ(*ReadWholeFile(*fs_, Path("c.json")), "two");
  EXPECT_EQ(*ReadWholeFile(*fs_, Path("c.json.bak")), "one");
  EXPECT_EQ(fs_->List(folder_)->size(), 2u);
  EXPECT_EQ(ReadWholeFile(*fs_, Path("c.json"), 2).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ReadWholeFile(*fs_, Path("none")).error().code, ErrorCode::kNotFound);
}

TEST_P(FileSystemTest, GrownBytesAreZeroAlsoAfterACut) {
  auto file = Create("a");
  ASSERT_TRUE(file->WriteAt(0, AsBytes(std::string(10'000, 'x'))));
  ASSERT_TRUE(file->Truncate(5000));
  ASSERT_TRUE(file->Truncate(20'000));
  EXPECT_EQ(*ReadWholeFile(*fs_, Path("a")), std::string(5000, 'x') + std::string(15'000, '\0'));
}

TEST_P(FileSystemTest, FoldersAreRenamedWithWhatIsInThem) {
  ASSERT_TRUE(fs_->CreateDirectories(Path("x/y")));
  ASSERT_TRUE(Create("x/y/f")->WriteAt(0, AsBytes("text")));
  EXPECT_FALSE(fs_->Rename(Path("x"), Path("x/y/z")));
  ASSERT_TRUE(fs_->CreateDirectories(Path("empty")));
  EXPECT_TRUE(fs_->Rename(Path("x"), Path("empty")));
  EXPECT_EQ(*ReadWholeFile(*fs_, Path("empty/y/f")), "text");
  ASSERT_TRUE(fs_->CreateDirectories(Path("full/of")));
  EXPECT_FALSE(fs_->Rename(Path("empty"), Path("full")));
  EXPECT_FALSE(fs_->Rename(Path("empty/y/f"), Path("full")));
  EXPECT_FALSE(fs_->Rename(Path("empty"), Path("empty/y/f")));
  EXPECT_EQ(fs_->Rename(Path("none"), Path("other")).error().code, ErrorCode::kNotFound);
}

TEST_P(FileSystemTest, RemovedFileLivesOnForWhoHasItOpen) {
  auto file = Create("a");
  ASSERT_TRUE(file->WriteAt(0, AsBytes("old")));
  ASSERT_TRUE(fs_->Remove(Path("a")));
  ASSERT_TRUE(Create("a")->WriteAt(0, AsBytes("new")));
  std::string text(3, '?');
  EXPECT_EQ(*file->ReadAt(0, {reinterpret_cast<std::byte*>(text.data()), text.size()}), 3u);
  EXPECT_EQ(text, "old");
}

TEST_P(FileSystemTest, NothingIsDoneInFoldersThatAreNone) {
  Create("file");
  EXPECT_EQ(fs_->Open(Path("none/a"), OpenMode::kCreate).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(fs_->Open(Path("file/a"), OpenMode::kCreate).error().code, ErrorCode::kIo);
  EXPECT_EQ(fs_->List(Path("file")).error().code, ErrorCode::kIo);
  EXPECT_EQ(fs_->SyncDirectory(Path("none")).error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(*fs_->Exists(Path("none/a")));
  EXPECT_FALSE(*fs_->Exists(Path("file/a")));
}

TEST(JoinPathTest, PutsOneSlashBetween) {
  EXPECT_EQ(JoinPath("a/b", "c"), "a/b/c");
  EXPECT_EQ(JoinPath("a/", "c"), "a/c");
  EXPECT_EQ(JoinPath("", "c"), "c");
  EXPECT_EQ(JoinPath("/", "c"), "/c");
}

INSTANTIATE_TEST_SUITE_P(All, FileSystemTest,
                         testing::Values(Kind::kPosix, Kind::kMemory, Kind::kUntracked,
                                         Kind::kFault),
                         KindName);

}  // namespace
}  // namespace pintle
