// What lies behind the queue entries that were read last.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/mutex.h"
#include "store/by_file.h"

namespace pintle::store {

// Whoever reads a queue reads on where the last read ended, a few entries each time: a page is read
// then and kept. Pages outlast descriptors, of which there are fewer than queues may be read.
//
// Threads: any thread; writes to one file from one thread at a time.
class ReadAhead {
 public:
  static constexpr size_t kPageBytes = 4096;

  explicit ReadAhead(size_t pages_max) : pages_max_(pages_max) {}

  // True: the bytes at `offset` of the file are kept, and are in `into` now.
  bool Take(std::string_view folder, model::QueueOffset first, int64_t offset, ByteSpan into)
      EXCLUDES(mutex_);
  // To be asked before the file is read, for Keep().
  uint64_t writes() const EXCLUDES(mutex_);
  // Keeps what was read at `offset`, a page at most, unless something was written meanwhile.
  void Keep(std::string_view folder, model::QueueOffset first, int64_t offset, ByteView read,
            uint64_t writes_before) EXCLUDES(mutex_);
  // So many bytes of the file have been written, or may have been: what is kept of them is old.
  void Written(std::string_view folder, model::QueueOffset first, int64_t offset, size_t size)
      EXCLUDES(mutex_);
  void Forget(std::string_view folder, model::QueueOffset first) EXCLUDES(mutex_);
  void ForgetBelow(std::string_view folder) EXCLUDES(mutex_);

 private:
  struct Page {
    int64_t offset = 0;
    std::vector<std::byte> bytes;
  };

  const size_t pages_max_;
  mutable Mutex mutex_;
  ByFile<Page> pages_ GUARDED_BY(mutex_);
  uint64_t writes_ GUARDED_BY(mutex_) = 0;  // of all files
};

}  // namespace pintle::store
