// Moves a group to another place of a topic, by hand: to a time, to the end, or to an offset.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "broker/broker.h"
#include "broker/refusal.h"
#include "model/offsets.h"

namespace pintle::broker {

struct ResetRequest {
  std::string topic;
  std::string group;
  int32_t queue_id = -1;          // below 0: every queue
  std::optional<int64_t> offset;  // of one queue; absent or -1: the timestamp decides
  int64_t timestamp = -1;         // below 0: the end of the queue
  bool force = true;              // false: never forward
};

// By queue id: where the group goes on.
using ResetOffsets = std::map<int32_t, model::QueueOffset>;

// Where the request leads, without going there. Looks into files.
Outcome<ResetOffsets> FindResetOffsets(Broker& broker, const ResetRequest& request);

// Goes there: the group's next pull of each queue is sent to its new offset, whether it is connected
// now or later, and commits are refused until then.
void ApplyReset(Broker& broker, const ResetRequest& request, const ResetOffsets& offsets,
                std::string_view who);

}  // namespace pintle::broker
