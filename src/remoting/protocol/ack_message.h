// ACK_MESSAGE (200051): a popped message is consumed.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct AckMessageRequest {
  std::string consumer_group;
  std::string topic;
  int32_t queue_id = 0;
  std::string extra_info;  // the receipt without its offset
  int64_t offset = 0;

  static constexpr auto kFields =
      std::tuple(Required("consumerGroup", &AckMessageRequest::consumer_group),
                 Required("topic", &AckMessageRequest::topic),
                 Required("queueId", &AckMessageRequest::queue_id),
                 Required("extraInfo", &AckMessageRequest::extra_info),
                 Required("offset", &AckMessageRequest::offset));
};

}  // namespace pintle::remoting
