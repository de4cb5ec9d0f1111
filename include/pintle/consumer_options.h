// What the consumers that are members of a group have in common.
#pragma once

#include <cstdint>

namespace pintle::client {

// Where a group begins that has no offset yet.
enum class StartFrom : uint8_t {
  kLast,       // behind what is there
  kFirst,      // with the oldest message
  kTimestamp,  // with the first message stored at or after the option `start_timestamp_ms`
};
enum class MessageModel : uint8_t {
  kClustering,    // each message to one member of the group
  kBroadcasting,  // each message to every member; nothing is redelivered
};
enum class OffsetStorage : uint8_t {
  kBroker,   // the group's, at the broker
  kFile,     // in `offset_file`, for this process
  kNowhere,  // a restarted consumer begins at `start_from`
};

}  // namespace pintle::client
