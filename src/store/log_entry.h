// What follows from a record in the log: its entry in a consume queue and its keys in the index.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/record.h"
#include "store/queue_entry.h"

namespace pintle::store {

// Prepared and rolled-back messages stand in the log alone: no queue gives them an offset.
inline bool HasQueueEntry(int32_t sys_flag) {
  const int32_t type = sys_flag & model::kSysTransactionMask;
  return type != model::kSysPrepared && type != model::kSysRollback;
}
// Rolled-back ones cannot be queried either.
inline bool HasIndexKeys(int32_t sys_flag) {
  return (sys_flag & model::kSysTransactionMask) != model::kSysRollback;
}

// Views borrow from the record.
struct LogEntry {
  QueueEntry entry;
  std::string_view uniq_key;
  std::string_view keys;
};

// As RocketMQ's dispatcher computes it. `delay_levels_ms`: the delay of level 1, 2, ...
LogEntry LogEntryOf(const model::Record& record, const std::vector<int64_t>& delay_levels_ms);

}  // namespace pintle::store
