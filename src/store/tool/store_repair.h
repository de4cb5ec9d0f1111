// Makes what follows from a stopped store's log anew: queues, index,
// checkpoint.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/clock.h"
#include "store/message_index.h"
#include "store/queue_files.h"
#include "store/queue_table.h"
#include "store/tool/deleted_topics.h"
#include "store/tool/stopped_store.h"

namespace pintle::store {

struct RepairOptions {
  // Writes zeros over what stands behind the log's last record. Without it the
  // log is not touched.
  bool cut_torn_tail = false;
  // Bytes of the log read, of how many.
  std::function<void(int64_t done, int64_t total)> on_progress = {};
};

struct RepairReport {
  int64_t records = 0;
  int64_t queue_entries = 0;
  int64_t queues_kept = 0;  // taken over as they were: no record in the log tells of them
  bool indexed = false;     // false: the store has no index
  int64_t log_damages = 0;  // places of the log whose records are lost
  int64_t tail_bytes_cut = 0;
  LogOffset log_end;
};

// Everything is built beside the old under a name with ".new", and durable
// before anything is exchanged. Then the old gets a name with ".bak", the new
// its place, and at the very end the old goes. Cut off before the exchange
// nothing has changed; cut off within, PutBack() brings the old back.
//
// Threads: one thread, the owner.
class StoreRepair {
 public:
  StoreRepair(const StoppedStore& store, const Clock& clock, RepairOptions options);

  // kInvalidArgument: there is no log to make anything from.
  Result<RepairReport> Run();

  // Gives back their places to what a repair that was cut off had moved away.
  // True: there was something; the store must be opened again.
  static Result<bool> PutBack(const StoppedStore& store);

 private:
  Status Build();
  Status Take(const model::Record& record);
  Result<int64_t> TagsCode(const model::Record& record, int64_t computed);
  Status FlushDerived();
  Status KeepQueues();
  Status CopyFile(const std::string& from, const std::string& to);
  Status WriteMarks();
  Status Exchange();
  Status CutTail();

  const StoppedStore& store_;
  const RepairOptions options_;
  const DeletedTopics deleted_;
  bool extended_ = false;  // tags codes can be addresses in another file
  bool indexed_ = false;
  bool tag_keys_ = false;  // the index that there is has RocketMQ's entries for tags
  QueueFiles old_files_;
  QueueFiles files_;
  DirtyQueues dirty_;
  QueueTable queues_;
  MessageIndex index_;
  LogOffset last_record_{-1};
  LogOffset last_indexed_{-1};
  int64_t last_timestamp_ = 0;
  RepairReport report_;
};

}  // namespace pintle::store
