// PEEK_MESSAGE (200052): messages of a group without taking them. Answered as POP_MESSAGE.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct PeekMessageRequest {
  std::string topic;
  int32_t queue_id = 0;
  int32_t max_messages = 0;
  std::string consumer_group;

  static constexpr auto kFields =
      std::tuple(Required("topic", &PeekMessageRequest::topic),
                 Optional("queueId", &PeekMessageRequest::queue_id),
                 Optional("maxMsgNums", &PeekMessageRequest::max_messages),
                 Required("consumerGroup", &PeekMessageRequest::consumer_group));
};

}  // namespace pintle::remoting
