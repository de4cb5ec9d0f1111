// GET_MAX_OFFSET (30): the offset that a queue's next message will get.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct GetMaxOffsetRequest {
  std::string topic;
  int32_t queue_id = 0;
  bool committed = true;  // RocketMQ answers the same either way

  static constexpr auto kFields =
      std::tuple(Required("topic", &GetMaxOffsetRequest::topic),
                 Required("queueId", &GetMaxOffsetRequest::queue_id),
                 Optional("committed", &GetMaxOffsetRequest::committed));
};

struct GetMaxOffsetResponse {
  int64_t offset = 0;

  static constexpr auto kFields = std::tuple(Required("offset", &GetMaxOffsetResponse::offset));
};

}  // namespace pintle::remoting
