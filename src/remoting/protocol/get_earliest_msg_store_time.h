// GET_EARLIEST_MSG_STORETIME (32): when a queue's oldest message was stored.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct GetEarliestMsgStoreTimeRequest {
  std::string topic;
  int32_t queue_id = 0;

  static constexpr auto kFields =
      std::tuple(Required("topic", &GetEarliestMsgStoreTimeRequest::topic),
                 Required("queueId", &GetEarliestMsgStoreTimeRequest::queue_id));
};

struct GetEarliestMsgStoreTimeResponse {
  int64_t timestamp = 0;

  static constexpr auto kFields =
      std::tuple(Required("timestamp", &GetEarliestMsgStoreTimeResponse::timestamp));
};

}  // namespace pintle::remoting
