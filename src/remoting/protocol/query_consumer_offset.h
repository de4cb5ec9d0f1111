// QUERY_CONSUMER_OFFSET (14): the committed offset of a group in a queue.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct QueryConsumerOffsetRequest {
  std::string consumer_group;
  std::string topic;
  int32_t queue_id = 0;
  std::optional<bool> set_zero_if_not_found;  // absent: true

  static constexpr auto kFields =
      std::tuple(Required("consumerGroup", &QueryConsumerOffsetRequest::consumer_group),
                 Required("topic", &QueryConsumerOffsetRequest::topic),
                 Required("queueId", &QueryConsumerOffsetRequest::queue_id),
                 Optional("setZeroIfNotFound", &QueryConsumerOffsetRequest::set_zero_if_not_found));
};

struct QueryConsumerOffsetResponse {
  int64_t offset = 0;

  static constexpr auto kFields =
      std::tuple(Required("offset", &QueryConsumerOffsetResponse::offset));
};

}  // namespace pintle::remoting
