// Reads messages of a queue: entries from the queue, records from the log.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "store/commit_log.h"
#include "store/consume_queue.h"
#include "store/message_store.h"
#include "store/queue_repair.h"
#include "store/residency.h"

namespace pintle::store {

// Answers as RocketMQ's DefaultMessageStore.getMessage does, corrections of the offset included.
// One read looks at one queue file and at a bounded number of entries, so that a filter that passes
// nothing cannot hold up the caller.
//
// Threads: any thread.
class QueueReader {
 public:
  QueueReader(const CommitLog& log, QueueRepair& repair, const Clock& clock)
      : log_(log), repair_(repair), residency_(clock) {}

  ReadResult Read(ConsumeQueue& queue, QueueOffset from, const ReadLimits& limits,
                  const MessageFilter* filter);
  // The first or last message of `timestamp_ms`; between two messages, the later one for kLower
  // and the earlier one for kUpper; the queue's ends past them.
  QueueOffset OffsetByTime(ConsumeQueue& queue, int64_t timestamp_ms, Boundary boundary) const;
  // True when the entry's record is in memory, as far as can be known.
  bool IsRecent(ConsumeQueue& queue, QueueOffset from);

 private:
  class Pass;

  bool IsRecent(const QueueEntry& entry);

  const CommitLog& log_;
  QueueRepair& repair_;
  Residency residency_;
};

}  // namespace pintle::store
