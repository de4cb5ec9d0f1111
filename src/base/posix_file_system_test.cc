#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

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
  struct stat info{};
  EXPECT_EQ(::stat(path.c_str(), &info), 0);
  return info.st_blocks * 512;
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

TEST_F(PosixFileSystemTest, FindsTheNextBytesPastHolesAndReservedSpace) {
  auto file = fs_->Open(Path("sparse"), OpenMode::kCreate);
  ASSERT_TRUE(file);
  ASSERT_TRUE((*file)->Allocate(8 << 20));
  if ((*file)->NextData(0) == 0) GTEST_SKIP() << "this file system does not tell holes";
  EXPECT_EQ((*file)->NextData(0), 8 << 20);
  EXPECT_EQ((*file)->NextHole(0), 0);
  ASSERT_TRUE((*file)->WriteAt(5 << 20, AsBytes("x")));
  EXPECT_EQ((*file)->NextData(0), 5 << 20);
  EXPECT_GT((*file)->NextHole(5 << 20), 5 << 20);
  EXPECT_LT((*file)->NextHole(5 << 20), 8 << 20);
  EXPECT_EQ((*file)->NextHole(0), 0);
  EXPECT_EQ((*file)->NextData((5 << 20) + 4096), 8 << 20);
  // A store through a mapping counts before it is on disk.
  auto region = (*file)->Map(8 << 20, MapAccess::kReadWrite);
  ASSERT_TRUE(region);
  (*region)->bytes()[3 << 20] = std::byte{1};
  EXPECT_LE((*file)->NextData(0), 3 << 20) << "what the system has read around it may count too";
}

TEST_F(PosixFileSystemTest, SpaceThatIsReservedForRootIsNeitherUsedNorFree) {
  struct statvfs info{};
  ASSERT_EQ(::statvfs(folder_.c_str(), &info), 0);
  const auto space = fs_->Space(folder_);
  ASSERT_TRUE(space);
  const auto unit = static_cast<double>(info.f_frsize);
  const double used = static_cast<double>(info.f_blocks - info.f_bfree) * unit;
  // Others write to the disk meanwhile.
  EXPECT_NEAR(static_cast<double>(space->total_bytes - space->free_bytes), used, 4e9);
}

TEST_F(PosixFileSystemTest, RefusedAllocationLeavesTheFileAsItWas) {
  auto file = Create("a");
  ASSERT_TRUE(file->WriteAt(0, AsBytes("keep")));
  auto refused = file->Allocate(int64_t{1} << 50);
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

// What Java does: a plain record lock. Returns errno, 0 when it was granted.
int PlainLockInAnotherProcess(const std::string& path) {
  const pid_t child = ::fork();
  if (child == 0) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    struct flock lock{};
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
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_len = 1;
    if (::fcntl(fd, F_SETLK, &lock) != 0) ::_exit(1);
  });
  EXPECT_EQ(text, fmt::format("locked by process {}", child));
}

}  // namespace
}  // namespace pintle
