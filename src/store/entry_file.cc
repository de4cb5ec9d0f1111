#include "store/entry_file.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace pintle::store {
namespace {

constexpr size_t kKeptMax = 4096;

}  // namespace

Result<size_t> EntryFile::ReadAt(int64_t offset, ByteSpan into) {
  if (into.size() >= kKeptMax) return file_->ReadAt(offset, into);
  uint64_t writes_before = 0;
  {
    MutexLock lock(mutex_);
    if (const size_t taken = TakeKept(offset, into); taken > 0) return taken;
    writes_before = writes_;
  }
  std::array<std::byte, kKeptMax> ahead;
  PINTLE_ASSIGN(const size_t count, file_->ReadAt(offset, ahead));
  const ByteView read = ByteView(ahead).first(count);
  const size_t wanted = std::min(into.size(), count);
  std::memcpy(into.data(), ahead.data(), wanted);
  MutexLock lock(mutex_);
  if (writes_ == writes_before) {
    kept_.assign(read.begin(), read.end());
    kept_at_ = offset;
  }
  return wanted;
}

size_t EntryFile::TakeKept(int64_t offset, ByteSpan into) const {
  const int64_t skip = offset - kept_at_;
  const auto kept = static_cast<int64_t>(kept_.size());
  if (skip < 0 || skip + static_cast<int64_t>(into.size()) > kept) return 0;
  std::memcpy(into.data(), kept_.data() + skip, into.size());
  return into.size();
}

void EntryFile::Forget() {
  MutexLock lock(mutex_);
  ++writes_;
  kept_.clear();
}

Status EntryFile::WriteAt(int64_t offset, ByteView from) {
  Status written = file_->WriteAt(offset, from);
  MutexLock lock(mutex_);
  ++writes_;
  // A write that failed may have changed a part.
  const int64_t end = offset + static_cast<int64_t>(from.size());
  if (offset < kept_at_ + static_cast<int64_t>(kept_.size()) && end > kept_at_) kept_.clear();
  return written;
}

}  // namespace pintle::store
