// RESET_CONSUMER_CLIENT_OFFSET (220), from the broker to a consumer, and
// INVOKE_BROKER_TO_RESET_OFFSET (222), which asks the broker for it: new offsets for a group. Body
// of 220: bodies/reset_offset.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct ResetConsumerClientOffsetRequest {
  std::string group;
  std::string topic;
  int32_t queue_id = -1;  // -1: all queues
  std::optional<int64_t> offset;
  int64_t timestamp = 0;  // -1: the end of the queue
  bool force = false;

  static constexpr auto kFields =
      std::tuple(Required("group", &ResetConsumerClientOffsetRequest::group),
                 Required("topic", &ResetConsumerClientOffsetRequest::topic),
                 Optional("queueId", &ResetConsumerClientOffsetRequest::queue_id),
                 Optional("offset", &ResetConsumerClientOffsetRequest::offset),
                 Optional("timestamp", &ResetConsumerClientOffsetRequest::timestamp),
                 Optional("isForce", &ResetConsumerClientOffsetRequest::force));
};

}  // namespace pintle::remoting
