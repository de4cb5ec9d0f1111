// SEARCH_OFFSET_BY_TIMESTAMP (29): the queue offset at a store time.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct SearchOffsetByTimestampRequest {
  std::string topic;
  int32_t queue_id = 0;
  int64_t timestamp = 0;  // store time, ms
  Boundary boundary_type = Boundary::kLower;

  static constexpr auto kFields =
      std::tuple(Required("topic", &SearchOffsetByTimestampRequest::topic),
                 Required("queueId", &SearchOffsetByTimestampRequest::queue_id),
                 Required("timestamp", &SearchOffsetByTimestampRequest::timestamp),
                 Optional("boundaryType", &SearchOffsetByTimestampRequest::boundary_type));
};

struct SearchOffsetByTimestampResponse {
  int64_t offset = 0;

  static constexpr auto kFields =
      std::tuple(Required("offset", &SearchOffsetByTimestampResponse::offset));
};

}  // namespace pintle::remoting
