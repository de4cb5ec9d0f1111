// GET_MIN_OFFSET (31): the offset of a queue's oldest message.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct GetMinOffsetRequest {
  std::string topic;
  int32_t queue_id = 0;

  static constexpr auto kFields = std::tuple(Required("topic", &GetMinOffsetRequest::topic),
                                             Required("queueId", &GetMinOffsetRequest::queue_id));
};

struct GetMinOffsetResponse {
  int64_t offset = 0;

  static constexpr auto kFields = std::tuple(Required("offset", &GetMinOffsetResponse::offset));
};

}  // namespace pintle::remoting
