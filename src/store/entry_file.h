// One open file of a consume queue.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/error.h"
#include "base/file_system.h"
#include "base/mutex.h"

namespace pintle::store {

// Whoever reads a queue reads on where the last read ended, a few entries each time: what lies
// behind those is read with them and kept, a page at most.
//
// Threads: any thread; writes to one file from one thread at a time.
class EntryFile {
 public:
  explicit EntryFile(std::unique_ptr<File> file) : file_(std::move(file)) {}

  // Fewer bytes at the end of the file.
  Result<size_t> ReadAt(int64_t offset, ByteSpan into) EXCLUDES(mutex_);
  Status WriteAt(int64_t offset, ByteView from) EXCLUDES(mutex_);
  // Somebody wrote to the file by another way.
  void Forget() EXCLUDES(mutex_);
  Status Sync() { return file_->Sync(); }
  int64_t NextData(int64_t offset) { return file_->NextData(offset); }

 private:
  // How much of the wanted bytes is kept; 0: not all of them.
  size_t TakeKept(int64_t offset, ByteSpan into) const REQUIRES(mutex_);

  const std::unique_ptr<File> file_;
  mutable Mutex mutex_;
  std::vector<std::byte> kept_ GUARDED_BY(mutex_);
  int64_t kept_at_ GUARDED_BY(mutex_) = 0;
  uint64_t writes_ GUARDED_BY(mutex_) = 0;  // what was read before one of them is not kept
};

}  // namespace pintle::store
