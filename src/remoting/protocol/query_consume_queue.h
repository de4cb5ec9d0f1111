// QUERY_CONSUME_QUEUE (321): entries of a consume queue.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct QueryConsumeQueueRequest {
  std::string topic;
  int32_t queue_id = 0;
  int64_t index = 0;
  int32_t count = 0;
  std::string consumer_group;

  static constexpr auto kFields =
      std::tuple(Optional("topic", &QueryConsumeQueueRequest::topic),
                 Optional("queueId", &QueryConsumeQueueRequest::queue_id),
                 Optional("index", &QueryConsumeQueueRequest::index),
                 Optional("count", &QueryConsumeQueueRequest::count),
                 Optional("consumerGroup", &QueryConsumeQueueRequest::consumer_group));
};

}  // namespace pintle::remoting
