// UPDATE_CONSUMER_OFFSET (15): commit the offset of a group in a queue.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct UpdateConsumerOffsetRequest {
  std::string consumer_group;
  std::string topic;
  int32_t queue_id = 0;
  int64_t commit_offset = 0;

  static constexpr auto kFields =
      std::tuple(Required("consumerGroup", &UpdateConsumerOffsetRequest::consumer_group),
                 Required("topic", &UpdateConsumerOffsetRequest::topic),
                 Required("queueId", &UpdateConsumerOffsetRequest::queue_id),
                 Required("commitOffset", &UpdateConsumerOffsetRequest::commit_offset));
};

}  // namespace pintle::remoting
