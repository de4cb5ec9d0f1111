// The path of a message into the log, its queue and the index.
#pragma once

#include <span>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/mutex.h"
#include "store/announcer.h"
#include "store/commit_log.h"
#include "store/consume_queue.h"
#include "store/message_index.h"
#include "store/message_store.h"
#include "store/write_gate.h"

namespace pintle::store {

// Threads: Append*() from any thread, one at a time inside; the rest by the owner.
class Appender {
 public:
  Appender(const StoreOptions& options, const Clock& clock, CommitLog& log,
           const DirtyQueues& dirty, MessageIndex* index, WriteGate& gate, Announcer& announcer)
      : options_(options),
        clock_(clock),
        log_(log),
        dirty_(dirty),
        index_(index),
        gate_(gate),
        announcer_(announcer) {}

  // Where the log stands between two appends: every queue entry and index key of what is below
  // `end` has been handed over.
  struct Position {
    LogOffset end;
    LogOffset last_record{-1};  // the record that ends at `end`; -1: none
    int64_t last_timestamp = 0;
  };
  Position position() const EXCLUDES(mutex_);
  // Goes on from what recovery found.
  void StartAfter(const Position& position) EXCLUDES(mutex_);

  Result<Appended> Append(const NewMessage& message) EXCLUDES(mutex_);
  Result<std::vector<Appended>> AppendBatch(std::span<const NewMessage> messages) EXCLUDES(mutex_);

 private:
  struct Prepared;

  Result<Prepared> Prepare(const NewMessage& message) const;
  Status CheckWritable() const;
  int64_t NextTimestamp() REQUIRES(mutex_);
  // Writes one message at `offset`; what it fills in becomes visible with the log's Publish().
  static Appended Write(const Prepared& prepared, LogOffset offset, int64_t timestamp,
                        QueueOffset queue_offset, ByteSpan out);
  void Enter(const NewMessage& message, const Prepared& prepared, const Appended& appended)
      REQUIRES(mutex_);

  const StoreOptions& options_;  // const after construction
  const Clock& clock_;
  CommitLog& log_;
  const DirtyQueues& dirty_;
  MessageIndex* const index_;  // null: no index
  WriteGate& gate_;
  Announcer& announcer_;

  mutable Mutex mutex_;
  LogOffset last_record_ GUARDED_BY(mutex_){-1};
  int64_t last_timestamp_ GUARDED_BY(mutex_) = 0;
};

}  // namespace pintle::store
