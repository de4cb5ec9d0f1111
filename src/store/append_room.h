// Those who wait until the store can take messages again.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>

#include "base/mutex.h"

namespace pintle::store {

// An append that finds no room (too much waits for the disk, or the next segment is not ready) has
// written nothing and may be tried again once something changed. Every change of that kind counts
// here; only when somebody was refused does it cost more than a count.
//
// Threads: any thread.
class AppendRoom {
 public:
  // Called, on the thread that made room, after somebody was refused. Must not block.
  void SetListener(std::function<void()> listener) EXCLUDES(mutex_);

  // How often room was made. Taken before an attempt, it tells whether to try again after it.
  uint64_t made() const { return made_.load(); }
  // There may be room now, or a reason why there will be none.
  void Made() EXCLUDES(mutex_);

  // An attempt found no room. One more must follow: room made in between has told nobody.
  void Refused() { refused_.store(true); }
  // Waits until made() differs from `seen`. False: `timeout_ms` have passed.
  bool WaitPast(uint64_t seen, int64_t timeout_ms) EXCLUDES(mutex_);

 private:
  std::atomic<uint64_t> made_{0};
  std::atomic<bool> refused_{false};

  Mutex mutex_;
  std::condition_variable_any changed_;
  std::function<void()> listener_ GUARDED_BY(mutex_);
};

}  // namespace pintle::store
