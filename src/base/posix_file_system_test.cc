#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/file_system.h"
#include "base/posix_file.h"

namespace pintle {
namespace {

class PosixFileSystemTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "pintle-files-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { ASSERT_TRUE(fs_->RemoveTree(folder_)); }

  std::string Path(std::string_view name) const { return JoinPath(folder_, name); }

  std::unique_ptr<File> Create(std::string_view name) {
    auto file = fs_->Open(Path(name), OpenMode::kCreate);
    EXPECT_TRUE(file) << file.error().message;
    return std::move(*file);
  }

  std::unique_ptr<FileSystem> fs_ = MakePosixFileSystem();
  std::string folder_;
};

int64_t BlocksOnDisk(const std::string& path) {
  struct stat info {};
  EXPECT_EQ(::stat(path.c_str(), &info), 0);
  return info.st_blocks * 512;
}

TEST_F(PosixFileSystemTest, ReadsBackWhatWasWrittenAndStopsAtTheEnd) {
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

TEST_F(PosixFileSystemTest, OpenModesSayWhatMustExist) {
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

TEST_F(PosixFileSystemTest, AllocateReservesRealSpaceAndNeverShrinks) {
  auto file = Create("a");
  ASSERT_TRUE(file->Truncate(1 << 20));
  EXPECT_LT(BlocksOnDisk(Path("a")), 1 << 20);
  ASSERT_TRUE(file->Allocate(1 << 20));
  EXPECT_GE(BlocksOnDisk(Path("a")), 1 << 20);
  ASSERT_TRUE(file->Allocate(4096));
  EXPECT_EQ(*file->Size(), 1 << 20);
}

TEST_F(PosixFileSystemTest, RefusedAllocationLeavesTheFileAsItWas) {
  auto file = Create("a");
  ASSERT_TRUE(file->WriteAt(0, AsBytes("keep")));
  const int64_t total = fs_->Space(folder_)->total_bytes;
  auto refused = file->Allocate(total + (int64_t{1} << 30));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kNoSpace) << refused.error().message;
  EXPECT_EQ(*file->Size(), 4);
  EXPECT_LE(BlocksOnDisk(Path("a")), 1 << 20);
}

TEST_F(PosixFileSystemTest, AllocationByWritingKeepsTheBytes) {
  auto file = Create("a");
  ASSERT_TRUE(file->WriteAt(0, AsBytes("keep")));
  ASSERT_TRUE(file->Truncate(100'000));
  Descriptor fd(::open(Path("a").c_str(), O_RDWR | O_CLOEXEC));
  ASSERT_TRUE(AllocateByWriting(fd.get(), 100'000, 300'000));
  EXPECT_EQ(*file->Size(), 300'000);
  EXPECT_GE(BlocksOnDisk(Path("a")), 300'000);
  EXPECT_EQ(ReadWholeFile(*fs_, Path("a"))->substr(0, 5), std::string_view("keep\0", 5));
}

TEST_F(PosixFileSystemTest, MappedStoresAreTheFilesAndOutliveIt) {
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

TEST_F(PosixFileSystemTest, RefusesToMapPastTheEnd) {
  auto file = Create("a");
  ASSERT_TRUE(file->Truncate(100));
  EXPECT_EQ(file->Map(101, MapAccess::kRead).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(file->Map(0, MapAccess::kRead).error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(file->Map(100, MapAccess::kRead));
}

TEST_F(PosixFileSystemTest, FoldersAreCreatedListedRenamedAndRemoved) {
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
  EXPECT_GT(fs_->Space(folder_)->total_bytes, fs_->Space(folder_)->free_bytes);
}

TEST_F(PosixFileSystemTest, SecondLockInTheSameProcessIsRefused) {
  auto lock = fs_->Lock(Path("lock"));
  ASSERT_TRUE(lock);
  EXPECT_EQ(fs_->Lock(Path("lock")).error().code, ErrorCode::kBusy);
  lock->reset();
  EXPECT_TRUE(fs_->Lock(Path("lock")));
}

// What Java does: a plain record lock. Returns errno, 0 when it was granted.
int PlainLockInAnotherProcess(const std::string& path) {
  const pid_t child = ::fork();
  if (child == 0) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_len = 1;
    ::_exit(::fcntl(fd, F_SETLK, &lock) == 0 ? 0 : errno);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WEXITSTATUS(status);
}

TEST_F(PosixFileSystemTest, LockKeepsRecordLocksOutAndSurvivesAnotherDescriptorsClose) {
  auto lock = fs_->Lock(Path("lock"));
  ASSERT_TRUE(lock);
  EXPECT_EQ(PlainLockInAnotherProcess(Path("lock")), EAGAIN);
  Create("lock").reset();
  EXPECT_EQ(PlainLockInAnotherProcess(Path("lock")), EAGAIN);
  lock->reset();
  EXPECT_EQ(PlainLockInAnotherProcess(Path("lock")), 0);
}

// Runs `hold` in a child, tries the lock here, and returns the refusal's text.
template <typename Hold>
std::string RefusalWhileChildHolds(FileSystem& fs, const std::string& path, pid_t& child,
                                   Hold hold) {
  int ready[2];
  int done[2];
  EXPECT_EQ(::pipe(ready), 0);
  EXPECT_EQ(::pipe(done), 0);
  child = ::fork();
  if (child == 0) {
    ::close(done[1]);
    hold(path);
    char byte = 0;
    if (::write(ready[1], &byte, 1) != 1) ::_exit(1);
    // Ends when the parent closes its side, also by dying.
    static_cast<void>(::read(done[0], &byte, 1) == 0);
    ::_exit(0);
  }
  char byte = 0;
  EXPECT_EQ(::read(ready[0], &byte, 1), 1);
  auto lock = fs.Lock(path);
  for (const int fd : {ready[0], ready[1], done[0], done[1]}) ::close(fd);
  EXPECT_EQ(::waitpid(child, nullptr, 0), child);
  return lock ? "granted" : lock.error().message;
}

TEST_F(PosixFileSystemTest, RefusalNamesTheHolder) {
  pid_t child = 0;
  std::string text =
      RefusalWhileChildHolds(*fs_, Path("ours"), child, [this](const std::string& path) {
        static std::unique_ptr<FileLock> held;
        held = std::move(*fs_->Lock(path));
      });
  EXPECT_EQ(text, fmt::format("locked by process {}", child));

  Create("java");
  text = RefusalWhileChildHolds(*fs_, Path("java"), child, [](const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_len = 1;
    if (::fcntl(fd, F_SETLK, &lock) != 0) ::_exit(1);
  });
  EXPECT_EQ(text, fmt::format("locked by process {}", child));
}

TEST_F(PosixFileSystemTest, AtomicWriteReplacesAndKeepsTheOldText) {
  ASSERT_TRUE(WriteFileAtomically(*fs_, Path("c.json"), "one", true));
  EXPECT_FALSE(*fs_->Exists(Path("c.json.bak")));
  ASSERT_TRUE(WriteFileAtomically(*fs_, Path("c.json"), "two", true));
  EXPECT_EQ(*ReadWholeFile(*fs_, Path("c.json")), "two");
  EXPECT_EQ(*ReadWholeFile(*fs_, Path("c.json.bak")), "one");
  EXPECT_EQ(fs_->List(folder_)->size(), 2u);
  EXPECT_EQ(ReadWholeFile(*fs_, Path("c.json"), 2).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ReadWholeFile(*fs_, Path("none")).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace pintle
