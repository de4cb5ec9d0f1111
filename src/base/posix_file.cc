#include "base/posix_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <vector>

namespace pintle {
namespace {

size_t PageSize() {
  static const auto size = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  return size;
}

// A range widened to whole pages and cut at the region's end.
struct PageRange {
  PageRange(ByteSpan bytes, size_t offset, size_t length) {
    offset = std::min(offset, bytes.size());
    const size_t end = offset + std::min(length, bytes.size() - offset);
    const size_t first = offset - offset % PageSize();
    begin = bytes.data() + first;
    size = offset == end ? 0 : end - first;
  }

  std::byte* begin = nullptr;
  size_t size = 0;
};

class PosixMappedRegion final : public MappedRegion {
 public:
  explicit PosixMappedRegion(ByteSpan bytes) : MappedRegion(bytes) {}
  PosixMappedRegion(const PosixMappedRegion&) = delete;
  PosixMappedRegion& operator=(const PosixMappedRegion&) = delete;
  ~PosixMappedRegion() override { ::munmap(bytes().data(), bytes().size()); }

  Status Sync(size_t offset, size_t length) override {
    const PageRange range(bytes(), offset, length);
    if (range.size == 0) return {};
    if (::msync(range.begin, range.size, MS_SYNC) != 0) return FailErrno("msync", errno);
    return {};
  }

  void PreTouch(size_t offset, size_t length) override {
    const PageRange range(bytes(), offset, length);
    if (range.size == 0) return;
    // Maps every page writable without changing a byte. Before Linux 5.14 a byte of each page is
    // written instead. Any other failure costs the appender a page fault and nothing else.
    if (::madvise(range.begin, range.size, MADV_POPULATE_WRITE) == 0 || errno != EINVAL) return;
    for (size_t at = 0; at < range.size; at += PageSize()) {
      volatile std::byte* touched = range.begin + at;
      *touched = *touched;
    }
  }

  size_t ResidentBytes(size_t offset, size_t length) const override {
    auto* self = const_cast<PosixMappedRegion*>(this);
    const PageRange range(self->bytes(), offset, length);
    size_t resident = 0;
    std::array<unsigned char, 1024> pages;
    const size_t step = pages.size() * PageSize();
    for (size_t at = 0; at < range.size; at += step) {
      const size_t part = std::min(step, range.size - at);
      if (::mincore(range.begin + at, part, pages.data()) != 0) return 0;
      for (size_t page = 0; page * PageSize() < part; ++page) {
        if ((pages[page] & 1) != 0) resident += PageSize();
      }
    }
    // The first and last page count in full above, the caller asked for a part of them.
    return std::min(resident, std::min(length, range.size));
  }
};

class PosixFile final : public File {
 public:
  explicit PosixFile(Descriptor fd) : fd_(std::move(fd)) {}

  Result<size_t> ReadAt(int64_t offset, ByteSpan into) override {
    size_t done = 0;
    while (done < into.size()) {
      const ssize_t n = ::pread(fd_.get(), into.data() + done, into.size() - done,
                                offset + static_cast<int64_t>(done));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return FailErrno("pread", errno);
      if (n == 0) break;
      done += static_cast<size_t>(n);
    }
    return done;
  }

  Status WriteAt(int64_t offset, ByteView from) override {
    while (!from.empty()) {
      const ssize_t n = ::pwrite(fd_.get(), from.data(), from.size(), offset);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return FailErrno("pwrite", n < 0 ? errno : EIO);
      from = from.subspan(static_cast<size_t>(n));
      offset += n;
    }
    return {};
  }

  Result<int64_t> Size() const override {
    struct stat info{};
    if (::fstat(fd_.get(), &info) != 0) return FailErrno("fstat", errno);
    return info.st_size;
  }

  // Space that is reserved and was never written to counts as a hole, unless stores to it through a
  // mapping wait to be written.
  int64_t NextData(int64_t offset) const override {
    const off_t at = ::lseek(fd_.get(), offset, SEEK_DATA);
    if (at >= 0) return at;
    if (errno != ENXIO) return offset;
    return Size().value_or(offset);
  }

  int64_t NextHole(int64_t offset) const override {
    const off_t at = ::lseek(fd_.get(), offset, SEEK_HOLE);
    return at >= 0 ? at : std::numeric_limits<int64_t>::max();
  }

  Status Truncate(int64_t size) override {
    while (::ftruncate(fd_.get(), size) != 0) {
      if (errno != EINTR) return FailErrno("ftruncate", errno);
    }
    return {};
  }

  Status Allocate(int64_t size) override {
    struct stat info{};
    if (::fstat(fd_.get(), &info) != 0) return FailErrno("fstat", errno);
    const int64_t old_size = info.st_size;
    if (size <= 0) return {};
    PINTLE_TRY(CheckSpace(size - int64_t{info.st_blocks} * 512));
    Status done = Reserve(old_size, size);
    // A file system may have grown the file by what it had left. Should cutting it back fail too,
    // the first error is still the one to report.
    if (!done) static_cast<void>(Truncate(old_size));
    return done;
  }

  Status Sync() override {
    // Not repeated after a failure, EINTR included: the kernel may have dropped the dirty pages.
    if (::fdatasync(fd_.get()) != 0) return FailErrno("fdatasync", errno);
    return {};
  }

  Result<std::unique_ptr<MappedRegion>> Map(size_t length, MapAccess access) override {
    PINTLE_ASSIGN(const int64_t size, Size());
    // A page past the end of the file would raise SIGBUS when touched.
    if (length == 0 || static_cast<int64_t>(length) > size)
      return Fail(ErrorCode::kInvalidArgument, "cannot map {} bytes of a file of {}", length, size);
    const int protection = access == MapAccess::kRead ? PROT_READ : PROT_READ | PROT_WRITE;
    void* start = ::mmap(nullptr, length, protection, MAP_SHARED, fd_.get(), 0);
    if (start == MAP_FAILED) return FailErrno("mmap", errno);
    return std::make_unique<PosixMappedRegion>(ByteSpan(static_cast<std::byte*>(start), length));
  }

 private:
  // ext4 takes all that is left before it refuses: for that moment everybody else on the disk would
  // be out of space too.
  Status CheckSpace(int64_t wanted) {
    struct statvfs info{};
    if (::fstatvfs(fd_.get(), &info) != 0) return FailErrno("fstatvfs", errno);
    const int64_t free = static_cast<int64_t>(info.f_bfree) * static_cast<int64_t>(info.f_frsize);
    if (wanted > free)
      return Fail(ErrorCode::kNoSpace, "cannot reserve {} bytes: the disk has {} free", wanted,
                  free);
    return {};
  }

  Status Reserve(int64_t old_size, int64_t size) {
    while (::fallocate(fd_.get(), 0, 0, size) != 0) {
      if (errno == EINTR) continue;
      if (errno == EOPNOTSUPP || errno == ENOSYS)
        return AllocateByWriting(fd_.get(), old_size, size);
      return FailErrno("fallocate", errno);
    }
    return {};
  }

  Descriptor fd_;
};

int OpenFlags(OpenMode mode) {
  switch (mode) {
    case OpenMode::kRead:
      return O_RDONLY;
    case OpenMode::kReadWrite:
      return O_RDWR;
    case OpenMode::kCreate:
      return O_RDWR | O_CREAT;
    case OpenMode::kCreateNew:
      return O_RDWR | O_CREAT | O_EXCL;
    case OpenMode::kTruncate:
      return O_RDWR | O_CREAT | O_TRUNC;
  }
  return O_RDONLY;
}

}  // namespace

Result<std::unique_ptr<File>> OpenPosixFile(const std::string& path, OpenMode mode) {
  Descriptor fd(::open(path.c_str(), OpenFlags(mode) | O_CLOEXEC, 0644));
  if (fd.get() < 0) return FailErrno("open", errno);
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0) return FailErrno("fstat", errno);
  // A folder opens for reading, and fails only at the first read.
  if (S_ISDIR(info.st_mode)) return FailErrno("open", EISDIR);
  return std::make_unique<PosixFile>(std::move(fd));
}

Status AllocateByWriting(int fd, int64_t old_size, int64_t size) {
  constexpr int64_t kBlock = 4096;
  PosixFile file{Descriptor(::dup(fd))};
  for (int64_t at = 0; at < std::min(old_size, size); at += kBlock) {
    std::byte first{};
    PINTLE_TRY(file.ReadAt(at, {&first, 1}));
    PINTLE_TRY(file.WriteAt(at, {&first, 1}));
  }
  const std::vector<std::byte> zeros(64 * 1024);
  for (int64_t at = old_size; at < size;) {
    const int64_t part = std::min(size - at, static_cast<int64_t>(zeros.size()));
    PINTLE_TRY(file.WriteAt(at, ByteView(zeros).first(static_cast<size_t>(part))));
    at += part;
  }
  return {};
}

}  // namespace pintle
