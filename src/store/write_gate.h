// Whether the store takes appends, and if not, why.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <string>

#include "base/error.h"
#include "base/mutex.h"

namespace pintle::store {

// Three reasons can shut the gate. A failure stays until the process ends: after a failed sync the
// page cache says nothing about the disk, so neither a retry nor a later success proves anything.
// A full disk comes and goes. Closing is for good.
//
// Threads: any thread.
class WriteGate {
 public:
  bool open() const { return open_.load(std::memory_order_acquire); }
  // Empty while appends are taken.
  Status Check() const EXCLUDES(mutex_);

  // The log may grow up to `limit`, and by the message that gets past it, before the disk has
  // caught up with `durable`; moved on by the flusher.
  void SetLimit(int64_t durable, int64_t limit) {
    durable_.store(durable, std::memory_order_relaxed);
    limit_.store(limit, std::memory_order_relaxed);
  }
  int64_t durable() const { return durable_.load(std::memory_order_relaxed); }
  int64_t limit() const { return limit_.load(std::memory_order_relaxed); }

  // The first failure is kept.
  void Fail(const Error& error) EXCLUDES(mutex_);
  void Close() EXCLUDES(mutex_);
  void SetDiskFull(std::string reason) EXCLUDES(mutex_);
  void ClearDiskFull() EXCLUDES(mutex_);

  bool failed() const EXCLUDES(mutex_);
  bool disk_full() const EXCLUDES(mutex_);

 private:
  void Update() REQUIRES(mutex_);

  std::atomic<bool> open_{true};
  std::atomic<int64_t> durable_{0};
  std::atomic<int64_t> limit_{std::numeric_limits<int64_t>::max()};
  mutable Mutex mutex_;
  std::string failure_ GUARDED_BY(mutex_);    // empty: none
  std::string disk_full_ GUARDED_BY(mutex_);  // empty: there is space
  bool closed_ GUARDED_BY(mutex_) = false;
};

}  // namespace pintle::store
