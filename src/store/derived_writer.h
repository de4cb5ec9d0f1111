// Writes what is derived from the log, queues and index, in small steps, and the recovery point
// once all of it is durable.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <future>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/file_system.h"
#include "base/mutex.h"
#include "store/appender.h"
#include "store/checkpoint.h"
#include "store/commit_log.h"
#include "store/message_index.h"
#include "store/queue_table.h"
#include "store/recovery_point.h"
#include "store/store_layout.h"

namespace pintle::store {

// Rounds of writing follow each other by StoreOptions::queue_flush_interval_ms, or at once where much
// waits in memory, and recovery points by checkpoint_interval_ms, a gigabyte of log or a million
// messages; but they never take more than half of the time.
//
// Very many queues with a few entries each are written together, not in each round: to open and
// write thousands of files costs the same for one entry as for a hundred. They are synced with
// everything else on the disk, where it can do that, instead of one by one. While a sync of these or of
// the index takes its time, what senders add meanwhile goes on being written.
//
// Files of queues and index that lead nowhere but to deleted messages go after a recovery point that
// no longer promises them: a restart in between would miss them.
//
// Threads: one thread at a time, see DerivedLoop; RememberDeleted() from any thread.
class DerivedWriter {
 public:
  DerivedWriter(FileSystem& fs, const Clock& clock, const StoreOptions& options,
                const StoreLayout& layout, CommitLog& log, QueueTable& queues, DirtyQueues& dirty,
                MessageIndex* index, Appender& appender);

  // Begins a round: whatever waits in memory now is to be written.
  void BeginRound();
  // So much waits that a round should not be waited for.
  bool IsMuchWaiting() const;
  // Anything waits at all.
  bool IsAnyWaiting() const;
  // One step of the round. `durable`: how far the log is. False: the round is over.
  Result<bool> Step(LogOffset durable);
  // Writes everything and a recovery point at the log's end, which must be durable.
  Status Finish(LogOffset durable);

  // What recovery found, to go on from.
  void SetDeletedTopics(std::vector<RecoveryPoint::DeletedTopic> deleted) EXCLUDES(mutex_);
  // Durably, before the topic's queues are removed: messages that are in the log now get no queue
  // back by recovery.
  Status RememberDeleted(const std::string& topic) EXCLUDES(mutex_);

  // A restart reads nothing of the log below. Before the first recovery point: as told.
  LogOffset complete_below() const {
    return LogOffset(complete_below_.load(std::memory_order_acquire));
  }
  void SetCompleteBelow(LogOffset offset) {
    complete_below_.store(offset.value(), std::memory_order_release);
  }

  const Checkpoint& checkpoint() const { return checkpoint_; }
  void SetCheckpoint(const Checkpoint& checkpoint) { checkpoint_ = checkpoint; }

 private:
  enum class Stage : uint8_t {
    kIdle,
    kQueues,
    kIndex,
    kSyncAll,     // where the queues are many
    kSyncQueues,  // those that are left
    kSyncIndex,
    kFindOld,  // entries of deleted messages, per queue
    kPoint,
    kRemoveOld,  // the files of those
  };
  struct PointQueue {
    ConsumeQueue* queue;
    QueueOffset end;    // how long it was
    QueueOffset first;  // its files are kept from here on
  };

  bool IsWorthWriting() const;
  Result<bool> FlushSomeQueues();
  bool BeginSyncOfAll();
  Status EndSyncOfAll();
  template <typename Sync>
  void BeginSync(Sync sync);
  bool SyncIsOver();
  bool IsMuchOfIndex() const;
  Status SyncOneQueue();
  Status FlushWhatIsMuch();
  Status WritePoint() EXCLUDES(mutex_);
  void FindSomeOld();
  Result<bool> RemoveSomeOld();
  RecoveryPoint MakePoint() const EXCLUDES(mutex_);
  void BeginPointIfDue();

  FileSystem& fs_;  // const after construction
  const Clock& clock_;
  const StoreOptions& options_;
  const StoreLayout& layout_;
  CommitLog& log_;
  QueueTable& queues_;
  DirtyQueues& dirty_;
  MessageIndex* const index_;
  Appender& appender_;

  // The writing thread's.
  bool can_sync_all_ = true;
  std::future<Status> sync_;  // of all queues or of the index, in a thread of its own
  Stage stage_ = Stage::kIdle;
  std::deque<ConsumeQueue*> to_flush_;
  std::vector<ConsumeQueue*> flushed_lately_;  // to be trimmed when the next round finds them idle
  bool making_point_ = false;                  // this round ends in a recovery point
  Appender::Position point_;                   // where
  std::vector<PointQueue> point_queues_;
  size_t next_queue_ = 0;        // of point_queues_, in the stages that go through them
  LogOffset point_log_min_;      // the log's first byte when the point was begun
  LogOffset old_found_{-1};      // ... and at the point for which old entries were looked up
  LogOffset point_indexed_{-1};  // the last message whose keys were added
  int64_t point_appended_ = 0;   // entries so far when it was begun
  int64_t point_began_ms_ = 0;
  int64_t next_point_ms_ = 0;
  int64_t point_rested_ms_ = 0;  // none before
  LogOffset last_point_{-1};
  Checkpoint checkpoint_;
  std::atomic<int64_t> complete_below_{0};

  mutable Mutex mutex_;
  std::vector<RecoveryPoint::DeletedTopic> deleted_ GUARDED_BY(mutex_);
};

}  // namespace pintle::store
