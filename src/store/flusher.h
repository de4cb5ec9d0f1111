// Makes the log durable.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <optional>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/mutex.h"
#include "store/append_room.h"
#include "store/commit_log.h"
#include "store/store_options.h"
#include "store/write_gate.h"

namespace pintle::store {

// kSync: whatever was appended while the previous sync ran is made durable by the next one, and so
// on without a pause. kAsync: after the interval, or once so many bytes wait; whole pages only, as
// a flush write-protects the page that the appender is about to write, until the log stands still.
//
// Past twice flush_bytes_max of unflushed bytes appends find no room until the disk has caught up: a
// slow disk is felt by the senders and not by the memory. In kSync the bound falls further, to what
// this disk writes in a fraction of a second: what is stored then is answered before the sender
// gives up, and what cannot be answered in time is not stored.
//
// A failed sync is final: the kernel may have dropped the pages, so no later success means
// anything. The gate is shut and nothing is synced again.
//
// Threads: OnAppended() and the watermark from any thread; one thread of its own.
class Flusher {
 public:
  Flusher(const StoreOptions& options, const Clock& clock, CommitLog& log, WriteGate& gate,
          AppendRoom& room);
  ~Flusher();
  Flusher(const Flusher&) = delete;
  Flusher& operator=(const Flusher&) = delete;

  // Everything below `durable` is. With background threads, starts one.
  void Start(LogOffset durable) EXCLUDES(mutex_);
  // Ends the thread and flushes everything.
  Status Stop() EXCLUDES(mutex_);

  void SetListener(std::function<void(LogOffset)> listener) EXCLUDES(listener_mutex_);
  LogOffset durable() const { return LogOffset(durable_.load(std::memory_order_acquire)); }
  // Calls the listener: the watermark moved, or the gate was shut for good.
  void Tell() EXCLUDES(listener_mutex_);

  // The log ends at `end` now. Wakes the thread when that matters.
  void OnAppended(LogOffset end) {
    const bool matters =
        options_.flush == FlushMode::kSync ||
        end.value() - durable_.load(std::memory_order_relaxed) >= options_.flush_bytes_max;
    if (matters && !requested_.load(std::memory_order_relaxed)) Request();
  }

  // One turn, in the calling thread, as if every interval had passed. Without background threads.
  void RunTurn() EXCLUDES(mutex_);

 private:
  void Request() EXCLUDES(mutex_);
  void Run() EXCLUDES(mutex_);
  void WaitUntilDue() EXCLUDES(mutex_);
  void SyncIfDue();
  Status SyncTo(LogOffset target) EXCLUDES(listener_mutex_);
  void SetDurable(LogOffset durable);
  void AdaptWindow(int64_t bytes, int64_t took_ms);

  const StoreOptions& options_;  // const after construction
  const Clock& clock_;
  CommitLog& log_;
  WriteGate& gate_;
  AppendRoom& room_;

  std::atomic<int64_t> durable_{
      0};  // written by the flush thread (release), read by anyone (acquire)
  std::atomic<bool> requested_{false};

  Mutex listener_mutex_;
  std::function<void(LogOffset)> listener_ GUARDED_BY(listener_mutex_);

  Mutex mutex_;
  std::condition_variable_any wake_;
  bool stop_ GUARDED_BY(mutex_) = false;

  // The flush thread's.
  int64_t window_;  // so many bytes may wait for the disk
  int64_t next_sync_ms_ = 0;
  LogOffset last_end_;  // the log's end when it was synced last
  std::thread thread_;
};

}  // namespace pintle::store
