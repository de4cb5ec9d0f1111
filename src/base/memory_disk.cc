#include "base/memory_disk.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace pintle {
namespace {

int64_t RoundUp(int64_t size) {
  constexpr auto kPage = static_cast<int64_t>(kHistoryPageSize);
  return (size + kPage - 1) / kPage * kPage;
}

size_t PagesOf(int64_t size) { return static_cast<size_t>(RoundUp(size)) / kHistoryPageSize; }

}  // namespace

MemoryDisk::Event::Event(MemoryDisk& disk, FileOperation operation, std::string_view path,
                         int64_t offset, int64_t length)
    : disk_(disk), event_{operation, std::string(path), offset, length} {
  if (!disk_.tracks_) return;
  {
    MutexLock lock(disk_.mutex);
    disk_.CaptureMapped();
  }
  disk_.TellNew();
}

MemoryDisk::Event::~Event() {
  if (!disk_.tracks_) return;
  {
    MutexLock lock(disk_.mutex);
    disk_.events_.push_back(std::move(event_));
  }
  disk_.TellNew();
}

void MemoryDisk::TellNew() {
  std::shared_ptr<Observer> observer;
  std::vector<FileEvent> fresh;
  {
    MutexLock lock(mutex);
    fresh.assign(events_.begin() + static_cast<ptrdiff_t>(told_), events_.end());
    told_ = events_.size();
    observer = observer_;
  }
  if (observer == nullptr) return;
  for (const FileEvent& event : fresh) (*observer)(event);
}

void MemoryDisk::SetObserver(Observer observer) {
  MutexLock lock(mutex);
  observer_ = observer ? std::make_shared<Observer>(std::move(observer)) : nullptr;
}

std::vector<FileEvent> MemoryDisk::TakeEvents() {
  MutexLock lock(mutex);
  told_ = 0;
  return std::exchange(events_, {});
}

void MemoryDisk::Capture(const Mapped& mapped) {
  MemoryNode& node = *mapped.node;
  if (node.history == nullptr || node.bytes.data() == nullptr) return;
  for (const auto& run : node.history->Record(node.bytes.data(), 0, PagesOf(node.size))) {
    Touch(node);
    events_.push_back({FileOperation::kMappedWrite, mapped.path,
                       static_cast<int64_t>(run.first * kHistoryPageSize),
                       static_cast<int64_t>(run.count * kHistoryPageSize)});
  }
}

void MemoryDisk::CaptureMapped() {
  for (const Mapped& mapped : mapped_) Capture(mapped);
}

MemoryNodeRef MemoryDisk::NewNode(bool is_directory) const {
  auto node = std::make_shared<MemoryNode>(is_directory, used_bytes_);
  if (tracks_ && !is_directory) node->history = std::make_unique<PageHistory>();
  return node;
}

MemoryNodeRef MemoryDisk::RestoreFile(const FileImage& image) const {
  auto node = std::make_shared<MemoryNode>(false, used_bytes_);
  node->size = image.size;
  node->reserved = RoundUp(image.size);
  used_bytes_->fetch_add(node->reserved);
  if (image.size > 0) {
    // A file that nobody has mapped always finds room.
    static_cast<void>(node->bytes.Reserve(static_cast<size_t>(node->reserved)));
  }
  for (size_t page = 0; page < image.pages.size(); ++page) {
    if (image.pages[page] == nullptr) continue;
    std::ranges::copy(*image.pages[page], node->bytes.data() + page * kHistoryPageSize);
  }
  if (tracks_) node->history = std::make_unique<PageHistory>(image);
  return node;
}

SpaceUsage MemoryDisk::Space() const {
  const int64_t total = capacity_bytes_.load();
  return {total, std::max<int64_t>(0, total - used_bytes_->load())};
}

void MemoryDisk::FailSyncs(int64_t count) {
  MutexLock lock(mutex);
  sync_failures_ = count;
}

void MemoryDisk::Release(MemoryNode& node) {
  used_bytes_->fetch_sub(std::exchange(node.reserved, 0));
}

bool MemoryDisk::TakeSyncFailure() {
  if (sync_failures_ == 0) return false;
  --sync_failures_;
  return true;
}

int64_t MemoryDisk::SizeOf(const MemoryNode& node) {
  MutexLock lock(mutex);
  return node.size;
}

Result<size_t> MemoryDisk::Read(const MemoryNode& node, int64_t offset, ByteSpan into) {
  if (offset < 0) return FailErrno("pread", EINVAL);
  MutexLock lock(mutex);
  if (offset >= node.size || into.empty()) return size_t{0};
  const size_t count = std::min(into.size(), static_cast<size_t>(node.size - offset));
  std::memcpy(into.data(), node.bytes.data() + offset, count);
  return count;
}

Status MemoryDisk::Grow(MemoryNode& node, int64_t size, int64_t reserved) {
  const int64_t more = std::max<int64_t>(0, reserved - node.reserved);
  if (more > 0 && used_bytes_->load() + more > capacity_bytes_.load())
    return FailErrno("write", ENOSPC);
  if (size > node.size) {
    PINTLE_TRY(node.bytes.Reserve(static_cast<size_t>(RoundUp(size))));
    node.size = size;
    if (node.history != nullptr) node.history->RecordSize(size);
  }
  node.reserved += more;
  used_bytes_->fetch_add(more);
  return {};
}

Status MemoryDisk::Write(MemoryNode& node, const std::string& path, int64_t offset, ByteView from) {
  if (offset < 0) return FailErrno("pwrite", EINVAL);
  if (from.empty()) return {};
  const auto length = static_cast<int64_t>(from.size());
  const Event event(*this, FileOperation::kWrite, path, offset, length);
  MutexLock lock(mutex);
  PINTLE_TRY(Grow(node, offset + length, RoundUp(offset + length)));
  std::memcpy(node.bytes.data() + offset, from.data(), from.size());
  Touch(node);
  if (node.history != nullptr)
    node.history->Record(node.bytes.data(), static_cast<size_t>(offset) / kHistoryPageSize,
                         PagesOf(offset + length));
  return {};
}

Status MemoryDisk::Truncate(MemoryNode& node, const std::string& path, int64_t size) {
  if (size < 0) return FailErrno("ftruncate", EINVAL);
  const Event event(*this, FileOperation::kTruncate, path, 0, size);
  MutexLock lock(mutex);
  Touch(node);
  if (size > node.size) return Grow(node, size, 0);
  node.bytes.Zero(static_cast<size_t>(size), static_cast<size_t>(RoundUp(node.size)));
  node.size = size;
  if (node.history != nullptr) node.history->RecordSize(size);
  const int64_t less = std::max<int64_t>(0, node.reserved - RoundUp(size));
  node.reserved -= less;
  used_bytes_->fetch_sub(less);
  return {};
}

Status MemoryDisk::Allocate(MemoryNode& node, const std::string& path, int64_t size) {
  const Event event(*this, FileOperation::kAllocate, path, 0, size);
  MutexLock lock(mutex);
  Touch(node);
  return Grow(node, size, RoundUp(size));
}

void MemoryDisk::SyncFile(MemoryNode& node, bool fails) {
  if (node.history == nullptr) return;
  if (fails) {
    node.history->FailSync(random_);
  } else {
    node.history->Sync();
  }
}

Status MemoryDisk::Sync(MemoryNode& node, const std::string& path) {
  const Event event(*this, FileOperation::kSync, path);
  MutexLock lock(mutex);
  // Once more than the event did: what was stored between the two is in time for this sync.
  CaptureMapped();
  const bool fails = TakeSyncFailure();
  SyncFile(node, fails);
  return fails ? Status(FailErrno("fdatasync", EIO)) : Status();
}

Status MemoryDisk::SyncMapped(MemoryNode& node, const std::string& path, size_t offset,
                              size_t length) {
  const Event event(*this, FileOperation::kMappedSync, path, static_cast<int64_t>(offset),
                    static_cast<int64_t>(length));
  MutexLock lock(mutex);
  CaptureMapped();
  if (TakeSyncFailure()) {
    if (node.history != nullptr) node.history->FailSync(random_);
    return FailErrno("msync", EIO);
  }
  if (node.history == nullptr || length == 0) return {};
  const size_t end = offset + std::min(length, SIZE_MAX - kHistoryPageSize - offset);
  node.history->SyncPages(offset / kHistoryPageSize,
                          (end + kHistoryPageSize - 1) / kHistoryPageSize);
  return {};
}

Result<MemoryBytes::Pin> MemoryDisk::Pin(const MemoryNodeRef& node, const std::string& path,
                                         size_t length, bool writable) {
  MutexLock lock(mutex);
  if (length == 0 || static_cast<int64_t>(length) > node->size)
    return Fail(ErrorCode::kInvalidArgument, "cannot map {} bytes of a file of {}", length,
                node->size);
  if (writable && node->writable_maps++ == 0) mapped_.push_back({node, path});
  return node->bytes.pin();
}

void MemoryDisk::Unpin(const MemoryNodeRef& node, bool writable) {
  if (!writable) return;
  MutexLock lock(mutex);
  if (--node->writable_maps > 0) return;
  const auto it = std::ranges::find(mapped_, node, &Mapped::node);
  Capture(*it);
  mapped_.erase(it);
}

}  // namespace pintle
