// Brings log, queues and index into agreement at the start.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/error.h"
#include "base/file_system.h"
#include "model/record.h"
#include "store/appender.h"
#include "store/checkpoint.h"
#include "store/commit_log.h"
#include "store/log_scanner.h"
#include "store/message_index.h"
#include "store/queue_table.h"
#include "store/record_feed.h"
#include "store/recovery_point.h"
#include "store/store_options.h"

namespace pintle::store {

// What recovery found and did.
struct RecoveryReport {
  Appender::Position position;  // where the log ends
  LogOffset durable;            // below here everything was durable before
  LogOffset scanned_from;
  int64_t records = 0;           // read
  int64_t entries_repaired = 0;  // queue entries that were there and wrong
  int64_t queues_repaired = 0;   // queues that were short, lost or damaged before `scanned_from`
  std::vector<LogDamage> damages;
  std::string no_space;  // what there was no space for on the disk; empty: nothing
};

// The log is the truth. It is read from the newest place below which log, queues and index are
// known to agree: the recovery point, or else the segment that RocketMQ's checkpoint rules name. A
// queue that is shorter than the recovery point says, or whose last entry before that place does
// not lead to its message, makes the reading start earlier, for that queue. Then
//   - entries that are there are compared, and put right where they differ,
//   - entries that are missing are added; those of lost messages stay blank,
//   - entries past the log's end are cut off.
//
// On a full disk what is missing stays in memory, and there may be no segment to append to: the
// messages that are there can be read.
//
// Threads: one thread, the owner, before anything else.
class Recovery {
 public:
  struct Parts {
    FileSystem& fs;
    const StoreOptions& options;
    CommitLog& log;
    QueueTable& queues;
    DirtyQueues& dirty;
    MessageIndex* index;  // null: no index
    // Nobody has touched their files since the clean stop that made the recovery point.
    std::unordered_set<const ConsumeQueue*> untouched = {};
  };

  Recovery(const Parts& parts, bool clean, const Checkpoint& checkpoint,
           std::optional<RecoveryPoint> point);

  // Log, queues and index have been loaded.
  Result<RecoveryReport> Run();

 private:
  // What is known of a queue while the log is read.
  struct QueueState {
    LogOffset complete_from;        // entries for records from here on are checked or added
    QueueOffset good_end;           // one past the last entry that is known to be right
    std::vector<QueueEntry> ahead;  // entries of the files, read in advance
    QueueOffset ahead_from;

    bool IsAhead(QueueOffset at) const {
      return at >= ahead_from && at < ahead_from + static_cast<int64_t>(ahead.size());
    }
  };
  struct Target {
    ConsumeQueue* queue = nullptr;
    QueueState* state = nullptr;
  };

  bool IsPointUsable() const;
  Result<LogOffset> ChooseStart() const;
  LogOffset StartByCheckpoint() const;
  LogOffset MaxEntryEnd() const;
  Status CheckQueues();
  // The entries that a queue's files must hold.
  struct Promise {
    QueueOffset first{std::numeric_limits<int64_t>::max()};
    QueueOffset end;
  };

  Result<std::unordered_map<ConsumeQueue*, Promise>> Promises();
  Status CheckQueue(ConsumeQueue& queue, const Promise& promise);
  // The first entry that leads to the start or behind it; `guess` is looked at first.
  QueueOffset FirstFromStart(ConsumeQueue& queue, QueueOffset guess) const;
  bool IsKnown(const ConsumeQueue& queue) const {
    return clean_ && point_usable_ && parts_.untouched.contains(&queue);
  }
  bool LeadsToItsRecord(ConsumeQueue& queue, QueueOffset at);
  Status CheckIndex();
  Status Scan();
  void KeepLostTail();
  Status Take(const FedRecord& record);
  Result<Target> TargetOf(const FedRecord& record);
  Status FlushWhatIsMuch();
  Status TakeEntry(ConsumeQueue& queue, QueueState& state, QueueOffset at, const QueueEntry& entry);
  bool IsPossible(ConsumeQueue& queue, QueueOffset at, LogOffset offset) const;
  Result<QueueEntry> EntryInFile(ConsumeQueue& queue, QueueState& state, QueueOffset at);
  Status FlushQueues();
  Status FlushIndex();
  Status UnlessFull(Status status);
  Status CutQueues();
  bool IsDeleted(std::string_view topic, LogOffset offset) const;
  void ReportProgress(LogOffset at);

  Parts parts_;
  const bool clean_;
  const Checkpoint checkpoint_;
  const std::optional<RecoveryPoint> point_;

  bool point_usable_ = false;
  LogOffset start_;       // everything from here on is read
  LogOffset read_from_;   // some queues or the index need reading from here on
  LogOffset index_from_;  // keys of records from here on are added
  std::unordered_map<ConsumeQueue*, QueueState> states_;
  std::vector<Target> targets_;  // by the feed's numbers
  size_t ahead_ = 0;             // entries of one queue that are read in advance
  int64_t next_progress_ = 0;
  RecoveryReport report_;
};

}  // namespace pintle::store
