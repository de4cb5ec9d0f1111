#include "base/memory_file.h"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace pintle {
namespace {

class MemoryMappedRegion final : public MappedRegion {
 public:
  MemoryMappedRegion(MemoryDisk& disk, MemoryNodeRef node, std::string path, MemoryBytes::Pin pin,
                     ByteSpan bytes, bool writable)
      : MappedRegion(bytes),
        disk_(disk),
        node_(std::move(node)),
        path_(std::move(path)),
        pin_(std::move(pin)),
        writable_(writable) {}
  MemoryMappedRegion(const MemoryMappedRegion&) = delete;
  MemoryMappedRegion& operator=(const MemoryMappedRegion&) = delete;
  ~MemoryMappedRegion() override { disk_.Unpin(node_, writable_); }

  Status Sync(size_t offset, size_t length) override {
    return disk_.SyncMapped(*node_, path_, offset, length);
  }
  void PreTouch(size_t, size_t) override {}
  size_t ResidentBytes(size_t offset, size_t length) const override {
    if (disk_.cold() || offset >= bytes().size()) return 0;
    return std::min(length, bytes().size() - offset);
  }

 private:
  MemoryDisk& disk_;
  const MemoryNodeRef node_;
  const std::string path_;
  const MemoryBytes::Pin pin_;
  const bool writable_;
};

class MemoryFile final : public File {
 public:
  MemoryFile(MemoryDisk& disk, MemoryNodeRef node, std::string path, bool writable)
      : disk_(disk), node_(std::move(node)), path_(std::move(path)), writable_(writable) {}

  Result<size_t> ReadAt(int64_t offset, ByteSpan into) override {
    return disk_.Read(*node_, offset, into);
  }
  Status WriteAt(int64_t offset, ByteView from) override {
    if (!writable_) return FailErrno("pwrite", EBADF);
    return disk_.Write(*node_, path_, offset, from);
  }
  Result<int64_t> Size() const override { return disk_.SizeOf(*node_); }
  Status Truncate(int64_t size) override {
    if (!writable_) return FailErrno("ftruncate", EBADF);
    return disk_.Truncate(*node_, path_, size);
  }
  Status Allocate(int64_t size) override {
    if (!writable_) return FailErrno("fallocate", EBADF);
    return disk_.Allocate(*node_, path_, size);
  }
  Status Sync() override { return disk_.Sync(*node_, path_); }

  Result<std::unique_ptr<MappedRegion>> Map(size_t length, MapAccess access) override {
    const bool writes = access == MapAccess::kReadWrite;
    if (writes && !writable_) return FailErrno("mmap", EACCES);
    PINTLE_ASSIGN(MemoryBytes::Pin pin, disk_.Pin(node_, path_, length, writes));
    const ByteSpan bytes(MemoryBytes::Data(pin), length);
    return std::make_unique<MemoryMappedRegion>(disk_, node_, path_, std::move(pin), bytes, writes);
  }

 private:
  MemoryDisk& disk_;
  const MemoryNodeRef node_;
  const std::string path_;
  const bool writable_;
};

}  // namespace

std::unique_ptr<File> OpenMemoryFile(MemoryDisk& disk, MemoryNodeRef node, std::string path,
                                     bool writable) {
  return std::make_unique<MemoryFile>(disk, std::move(node), std::move(path), writable);
}

}  // namespace pintle
