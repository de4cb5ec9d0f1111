// The machine's files, by POSIX and Linux calls.
#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/file_system.h"
#include "base/posix_file.h"

namespace pintle {
namespace {

// A record lock on byte 0, which is what Java takes. It belongs to the open file description
// (F_OFD_SETLK): a plain record lock would be lost as soon as anything in this process closed any
// descriptor of the same file, and would not keep a second lock in this process out. The two kinds
// conflict with each other, so Java sees ours and we see Java's.
//
// The kernel names no process for such a lock. Byte 1, which Java leaves alone, therefore carries
// a plain record lock that only tells others our process id; losing it costs that hint alone.
class PosixFileLock final : public FileLock {
 public:
  explicit PosixFileLock(Descriptor fd) : fd_(std::move(fd)) {}

 private:
  Descriptor fd_;  // closing it frees both locks
};

struct flock OneByte(off_t at) {
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = at;
  lock.l_len = 1;
  return lock;
}

// The process that holds byte 0 or byte 1; 0 when the kernel names none.
pid_t LockHolder(int fd) {
  for (const off_t at : {0, 1}) {
    struct flock lock = OneByte(at);
    if (::fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK && lock.l_pid > 0)
      return lock.l_pid;
  }
  return 0;
}

// A disk of these is all on stable storage when syncfs() returns. Elsewhere it may mean less: on FUSE
// it reaches no further than the process behind it.
bool SyncsAll(const struct statfs& info) {
  switch (static_cast<uint32_t>(info.f_type)) {
    case 0x0000EF53:  // ext4
    case 0x58465342:  // XFS
    case 0x9123683E:  // Btrfs
    case 0xF2F52010:  // F2FS
    case 0x01021994:  // tmpfs
      return true;
    default:
      return false;
  }
}

int64_t Nanoseconds(const struct timespec& time) {
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

std::unexpected<Error> FailCode(std::string_view call, const std::error_code& code) {
  return FailErrno(call, code.value());
}

class PosixFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<File>> Open(const std::string& path, OpenMode mode) override {
    return OpenPosixFile(path, mode);
  }

  Result<bool> Exists(const std::string& path) override {
    struct stat info{};
    if (::stat(path.c_str(), &info) == 0) return true;
    if (errno == ENOENT || errno == ENOTDIR) return false;
    return FailErrno("stat", errno);
  }

  Result<std::vector<DirEntry>> List(const std::string& path) override {
    std::error_code code;
    std::filesystem::directory_iterator it(path, code);
    if (code) return FailCode("opendir", code);
    std::vector<DirEntry> entries;
    while (it != std::filesystem::directory_iterator()) {
      // A dangling symbolic link is an entry that is no folder.
      std::error_code ignored;
      entries.push_back({it->path().filename().string(), it->is_directory(ignored)});
      it.increment(code);
      if (code) return FailCode("readdir", code);
    }
    return entries;
  }

  Result<FileStamp> Stamp(const std::string& path) override {
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0) return FailErrno("stat", errno);
    return FileStamp{S_ISDIR(info.st_mode) ? 0 : int64_t{info.st_size}, Nanoseconds(info.st_mtim),
                     Nanoseconds(info.st_ctim)};
  }

  Status CreateDirectories(const std::string& path) override {
    struct stat info{};
    if (::stat(path.c_str(), &info) == 0) {
      if (S_ISDIR(info.st_mode)) return {};
      return FailErrno("mkdir", EEXIST);
    }
    const std::string parent = ParentOf(path);
    if (parent != path) PINTLE_TRY(CreateDirectories(parent));
    // Somebody else may create it at the same time: then it is theirs to make durable.
    if (::mkdir(path.c_str(), 0755) != 0)
      return errno == EEXIST ? Status() : Status(FailErrno("mkdir", errno));
    return SyncDirectory(parent);
  }

  Result<bool> MakeFolder(const std::string& path) override {
    if (::mkdir(path.c_str(), 0755) == 0) return true;
    const int error = errno;
    struct stat info{};
    if (error == EEXIST && ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) return false;
    return FailErrno("mkdir", error);
  }

  Status Rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return FailErrno("rename", errno);
    return {};
  }

  Status Remove(const std::string& path) override {
    // remove(3) takes away an empty folder too.
    if (::remove(path.c_str()) != 0) return FailErrno("remove", errno);
    return {};
  }

  Status RemoveTree(const std::string& path) override {
    std::error_code code;
    std::filesystem::remove_all(path, code);
    if (code) return FailCode("remove", code);
    return {};
  }

  Status SyncDirectory(const std::string& path) override {
    Descriptor fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd.get() < 0) return FailErrno("open", errno);
    // EINVAL: the file system has no such operation, as some network ones; there is nothing that
    // could be waited for.
    if (::fsync(fd.get()) != 0 && errno != EINVAL) return FailErrno("fsync", errno);
    return {};
  }

  // Linux tells of an error since 5.8; opened anew each time, the folder's descriptor is told of
  // those that nobody has been told of.
  Status SyncAll(const std::string& path) override {
    Descriptor fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd.get() < 0) return FailErrno("open", errno);
    struct statfs info{};
    if (::fstatfs(fd.get(), &info) != 0) return FailErrno("fstatfs", errno);
    if (!SyncsAll(info))
      return Fail(ErrorCode::kUnsupported, "a disk of type {:#x} is not synced as a whole",
                  static_cast<uint32_t>(info.f_type));
    if (::syncfs(fd.get()) != 0) return FailErrno("syncfs", errno);
    return {};
  }

  Result<SpaceUsage> Space(const std::string& path) override {
    struct statvfs info{};
    if (::statvfs(path.c_str(), &info) != 0) return FailErrno("statvfs", errno);
    const auto unit = static_cast<int64_t>(info.f_frsize);
    // As df counts: what is reserved for root is neither used nor free.
    const uint64_t total = info.f_blocks - info.f_bfree + info.f_bavail;
    return SpaceUsage{static_cast<int64_t>(total) * unit,
                      static_cast<int64_t>(info.f_bavail) * unit};
  }

  Result<std::unique_ptr<FileLock>> Lock(const std::string& path) override {
    Descriptor fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (fd.get() < 0) return FailErrno("open", errno);
    struct flock lock = OneByte(0);
    if (::fcntl(fd.get(), F_OFD_SETLK, &lock) != 0) {
      if (errno != EAGAIN && errno != EACCES) return FailErrno("fcntl", errno);
      const pid_t holder = LockHolder(fd.get());
      // A process sees no record lock of its own, so no name means: ourselves, or another machine.
      if (holder == 0) return Fail(ErrorCode::kBusy, "locked by this process or another machine");
      return Fail(ErrorCode::kBusy, "locked by process {}", holder);
    }
    struct flock marker = OneByte(1);
    ::fcntl(fd.get(), F_SETLK, &marker);
    return std::make_unique<PosixFileLock>(std::move(fd));
  }

 private:
  static std::string ParentOf(const std::string& path) {
    std::string_view rest = path;
    while (rest.size() > 1 && rest.ends_with('/')) rest.remove_suffix(1);
    const size_t slash = rest.rfind('/');
    if (slash == std::string_view::npos) return ".";
    return slash == 0 ? "/" : std::string(rest.substr(0, slash));
  }
};

}  // namespace

std::unique_ptr<FileSystem> MakePosixFileSystem() { return std::make_unique<PosixFileSystem>(); }

}  // namespace pintle
