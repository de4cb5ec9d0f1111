// From where on the log must be read again after a crash, and what must be in the queues by then.
//
// RocketMQ's checkpoint holds times, which lead to the start of a segment of a gigabyte. This file
// beside it holds the place to the byte, and the length of each queue, so that a queue that was cut
// or lost is noticed. Without it recovery goes by RocketMQ's rules. Format:
// docs/formats/checkpoint.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/file_system.h"
#include "model/offsets.h"

namespace pintle::store {

using model::LogOffset;
using model::QueueOffset;

struct RecoveryPoint {
  struct QueueRange {
    std::string topic;
    int32_t queue_id = 0;
    QueueOffset first;  // the files hold the entries from here
    QueueOffset end;    // ... up to here at least, and these lead below `position`

    friend bool operator==(const QueueRange&, const QueueRange&) = default;
  };
  struct DeletedTopic {
    std::string topic;
    LogOffset before;  // messages below belong to no queue any more

    friend bool operator==(const DeletedTopic&, const DeletedTopic&) = default;
  };

  LogOffset position;          // the log, its queue entries and its index keys are durable below
  LogOffset last_record{-1};   // the record that ends at `position`; -1: none
  int64_t last_timestamp = 0;  // its store time
  LogOffset last_indexed{-1};  // the last message below `position` with a key; -1: none known
  bool indexed = false;        // false: the index was off
  std::vector<QueueRange> queues;
  std::vector<DeletedTopic> deleted;

  // nullopt when there is none, or none that is whole.
  static std::optional<RecoveryPoint> Read(FileSystem& fs, const std::string& path);
  Status Write(FileSystem& fs, const std::string& path) const;

  std::string Encode() const;
  static Result<RecoveryPoint> Decode(std::string_view text);

  friend bool operator==(const RecoveryPoint&, const RecoveryPoint&) = default;
};

}  // namespace pintle::store
