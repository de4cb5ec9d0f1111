// One queue of one topic: the places of its messages in the log, in order.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/mutex.h"
#include "store/entry_ring.h"
#include "store/queue_entry.h"
#include "store/queue_files.h"

namespace pintle::store {

class DirtyQueues;

// Entries are appended in memory and written to files later: the log is the truth, and what is
// lost here is rebuilt from it. A few of the newest entries stay in memory for readers at the end
// of the queue; an idle queue keeps none.
//
//   first ......... written ......... end
//         in files     |   in memory
//
// Threads: Append() by the appender, one at a time. Flush(), Sync() and RemoveFilesBelow() by the
// upkeep. Reading from any thread. What is marked opening: by the owner, before anything else.
class ConsumeQueue {
 public:
  ConsumeQueue(std::string topic, int32_t queue_id, QueueFiles& files, DirtyQueues& dirty);
  ConsumeQueue(const ConsumeQueue&) = delete;
  ConsumeQueue& operator=(const ConsumeQueue&) = delete;

  const std::string& topic() const { return topic_; }
  int32_t queue_id() const { return queue_id_; }
  const std::string& folder() const { return folder_; }

  // --- opening
  // Sets the range of entries that the files hold.
  void SetRange(QueueOffset first, QueueOffset end) EXCLUDES(mutex_);
  // Puts an entry in the place of one that the files hold.
  Status Overwrite(QueueOffset at, const QueueEntry& entry) EXCLUDES(mutex_);
  // Forgets the entries from `end` on, in the files too.
  Status Cut(QueueOffset end) EXCLUDES(mutex_);

  // --- writing
  // The offset that the next entry gets. By the appender.
  QueueOffset next() const { return QueueOffset(end_.load(std::memory_order_relaxed)); }
  void Append(const QueueEntry& entry) EXCLUDES(mutex_);
  // Blanks up to `to`, where messages are lost. A queue without an entry begins there instead.
  void SkipTo(QueueOffset to) EXCLUDES(mutex_);

  // --- reading
  QueueOffset end() const { return QueueOffset(end_.load(std::memory_order_acquire)); }
  // The first entry that the files or the memory may hold.
  QueueOffset first() const { return QueueOffset(first_.load(std::memory_order_acquire)); }
  // The first entry, from `low` on, that leads to `offset` or behind it; end() when there is none.
  // Blank entries lead nowhere and count with those before them.
  QueueOffset LowerBound(LogOffset offset, QueueOffset low) EXCLUDES(mutex_);
  QueueOffset LowerBound(LogOffset offset) EXCLUDES(mutex_) { return LowerBound(offset, first()); }
  // LowerBound() of the log's first offset, remembered: entries before lead to deleted messages.
  QueueOffset MinFor(LogOffset log_min) EXCLUDES(mutex_);
  // Entries from `from` on, at most up to the end of the file that `from` is in; returns how many.
  // kNotFound: the file is gone.
  Result<size_t> Read(QueueOffset from, std::span<QueueEntry> into) EXCLUDES(mutex_);
  // The entry at `at`, blank ones included; nullopt when there is none.
  std::optional<QueueEntry> At(QueueOffset at) EXCLUDES(mutex_);
  // The first entry of the file that `at` is in.
  QueueOffset FileBegin(QueueOffset at) const { return files_.FirstOf(at); }
  // The first entry after the file that `at` is in.
  QueueOffset FileEnd(QueueOffset at) const {
    return files_.FirstOf(at) + files_.entries_per_file();
  }
  // True when Read(from) takes no look at a file.
  bool InMemory(QueueOffset from) const EXCLUDES(mutex_);

  // --- upkeep
  // Writes entries that are not in the files yet, at most `entries_max`. True: there are more.
  Result<bool> Flush(size_t entries_max) EXCLUDES(mutex_);
  // Everything below what was written when it is called is durable when it returns.
  Status Sync() EXCLUDES(mutex_);
  // The same for a sync of all files at once: announced before it, and true of the entries below
  // `end` after it, unless one of them was overwritten meanwhile.
  void ExpectSync() EXCLUDES(mutex_);
  void NoteSynced(QueueOffset end) EXCLUDES(mutex_);
  QueueOffset written() const EXCLUDES(mutex_);
  QueueOffset synced() const EXCLUDES(mutex_);
  // Removes files with nothing but entries below `min`; never the last one. Returns how many. If
  // any, the queue begins at `min` from then on.
  Result<int> RemoveFilesBelow(QueueOffset min) EXCLUDES(mutex_);
  // Gives back the memory of a queue whose entries are all in files.
  void Trim() EXCLUDES(mutex_);

  // A deleted queue takes no more entries and reads as empty.
  bool deleted() const { return deleted_.load(std::memory_order_acquire); }
  void MarkDeleted() EXCLUDES(mutex_);

 private:
  friend class DirtyQueues;

  QueueOffset RingBegin() const REQUIRES(mutex_) {
    return next() - static_cast<int64_t>(ring_.size());
  }
  void Push(const QueueEntry& entry) EXCLUDES(mutex_);

  const std::string topic_;
  const int32_t queue_id_;
  const std::string folder_;
  QueueFiles& files_;
  DirtyQueues& dirty_;

  std::atomic<int64_t> first_{0};
  std::atomic<int64_t> end_{0};  // written by the appender under the mutex
  std::atomic<bool> deleted_{false};

  mutable Mutex mutex_;
  EntryRing ring_ GUARDED_BY(mutex_);            // the entries before end_
  QueueOffset written_ GUARDED_BY(mutex_);       // entries below are in the files
  QueueOffset synced_ GUARDED_BY(mutex_);        // and below here durable
  bool overwritten_ GUARDED_BY(mutex_) = false;  // since ExpectSync()
  bool listed_ GUARDED_BY(mutex_) = false;       // in the list of dirty queues
  LogOffset min_for_ GUARDED_BY(mutex_);         // MinFor()'s last question
  QueueOffset min_ GUARDED_BY(mutex_);           // and its answer
};

// The queues that hold entries which are not in their files yet.
// Threads: any thread.
class DirtyQueues {
 public:
  void Add(ConsumeQueue* queue) EXCLUDES(mutex_);
  // Everything listed so far, which is then no longer listed. One thread at a time.
  std::vector<ConsumeQueue*> Take() EXCLUDES(mutex_);
  size_t queues() const EXCLUDES(mutex_);
  // Unwritten entries of all queues.
  int64_t entries() const { return entries_.load(std::memory_order_relaxed); }
  // Entries that were ever appended.
  int64_t appended() const { return entries() + written_.load(std::memory_order_relaxed); }
  void CountAppended() { entries_.fetch_add(1, std::memory_order_relaxed); }
  void CountWritten(int64_t n) {
    entries_.fetch_sub(n, std::memory_order_relaxed);
    written_.fetch_add(n, std::memory_order_relaxed);
  }

 private:
  std::atomic<int64_t> entries_{0};
  std::atomic<int64_t> written_{0};  // or given up
  mutable Mutex mutex_;
  std::vector<ConsumeQueue*> queues_ GUARDED_BY(mutex_);
  size_t taken_before_ = 0;  // by the one thread that takes
};

}  // namespace pintle::store
