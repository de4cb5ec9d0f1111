// RocketMQ's checkpoint file: up to which store time the log, the queues and the index are durable.
//
//   physicMsgTimestamp 8 | logicsMsgTimestamp 8 | indexMsgTimestamp 8 | masterFlushedOffset 8 |
//   confirmPhyOffset 8 | zeros up to 4096
//
// Big-endian. Source: docs/formats/checkpoint.md.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"
#include "base/file_system.h"

namespace pintle::store {

struct Checkpoint {
  static constexpr size_t kFileBytes = 4096;

  int64_t log_timestamp = 0;    // ms; every record stored before is durable
  int64_t queue_timestamp = 0;  // ... and its queue entry
  int64_t index_timestamp = 0;  // ... and its index entries, in index files that are full
  int64_t master_flushed_offset = 0;
  int64_t confirm_offset = 0;

  // The newest time that recovery may start from: Java's rule, three seconds before the older of
  // the log's and the queues' times.
  int64_t RecoveryTime() const;

  // All zero when there is no file or it is too short to hold the five values.
  static Result<Checkpoint> Read(FileSystem& fs, const std::string& path);
  // In place, as Java writes it, and durable. A tear leaves an older or a newer value in each
  // place: eight bytes that are aligned are written whole.
  Status Write(FileSystem& fs, const std::string& path) const;

  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

}  // namespace pintle::store
