#include "store/read_ahead.h"

#include <cstring>
#include <utility>

namespace pintle::store {

bool ReadAhead::Take(std::string_view folder, model::QueueOffset first, int64_t offset,
                     ByteSpan into) {
  MutexLock lock(mutex_);
  const Page* const page = pages_.Find(folder, first);
  if (page == nullptr) return false;
  const int64_t skip = offset - page->offset;
  const auto kept = static_cast<int64_t>(page->bytes.size());
  if (skip < 0 || skip + static_cast<int64_t>(into.size()) > kept) return false;
  std::memcpy(into.data(), page->bytes.data() + skip, into.size());
  return true;
}

uint64_t ReadAhead::writes() const {
  MutexLock lock(mutex_);
  return writes_;
}

void ReadAhead::Keep(std::string_view folder, model::QueueOffset first, int64_t offset,
                     ByteView read, uint64_t writes_before) {
  Page oldest;  // freed after the lock
  MutexLock lock(mutex_);
  if (writes_ != writes_before) return;
  Page& page = pages_.FindOrInsert(folder, first, {});
  page.offset = offset;
  page.bytes.assign(read.begin(), read.end());
  if (pages_.size() > pages_max_) oldest = pages_.TakeOldest();
}

void ReadAhead::Written(std::string_view folder, model::QueueOffset first, int64_t offset,
                        size_t size) {
  MutexLock lock(mutex_);
  ++writes_;
  const Page* const page = pages_.Find(folder, first);
  if (page == nullptr) return;
  const int64_t end = offset + static_cast<int64_t>(size);
  const bool apart =
      end <= page->offset || offset >= page->offset + static_cast<int64_t>(page->bytes.size());
  if (!apart) pages_.Erase(folder, first);
}

void ReadAhead::Forget(std::string_view folder, model::QueueOffset first) {
  MutexLock lock(mutex_);
  ++writes_;
  pages_.Erase(folder, first);
}

void ReadAhead::ForgetBelow(std::string_view folder) {
  MutexLock lock(mutex_);
  ++writes_;
  pages_.EraseBelow(folder);
}

}  // namespace pintle::store
