// The records of a stopped store's log, one after the other.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "model/record.h"
#include "store/tool/stopped_store.h"

namespace pintle::store {

struct DumpLimits {
  std::optional<LogOffset> from;  // the first record at or behind it; else the log's first
  int64_t count = -1;             // at most; negative: all
  std::string topic;              // of this topic only; empty: of all
};

// `crc_ok`: the body matches its CRC. False ends the dump.
using TakeRecord = std::function<bool(const model::Record& record, bool crc_ok)>;

// Gives the records in the order of the log, over damage. kInvalidArgument: the offset is not in
// the log.
Status DumpRecords(const StoppedStore& store, const DumpLimits& limits, const TakeRecord& take);

}  // namespace pintle::store
