// CHANGE_MESSAGE_INVISIBLETIME (200053): hide a popped message for another time from now on.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct ChangeMessageInvisibleTimeRequest {
  std::string consumer_group;
  std::string topic;
  int32_t queue_id = 0;
  std::string extra_info;
  int64_t offset = 0;
  int64_t invisible_ms = 0;
  bool suspend = false;

  static constexpr auto kFields =
      std::tuple(Required("consumerGroup", &ChangeMessageInvisibleTimeRequest::consumer_group),
                 Required("topic", &ChangeMessageInvisibleTimeRequest::topic),
                 Required("queueId", &ChangeMessageInvisibleTimeRequest::queue_id),
                 Required("extraInfo", &ChangeMessageInvisibleTimeRequest::extra_info),
                 Required("offset", &ChangeMessageInvisibleTimeRequest::offset),
                 Required("invisibleTime", &ChangeMessageInvisibleTimeRequest::invisible_ms),
                 Optional("suspend", &ChangeMessageInvisibleTimeRequest::suspend));
};

struct ChangeMessageInvisibleTimeResponse {
  int64_t pop_timestamp = 0;
  int64_t invisible_ms = 0;
  int32_t revive_queue_id = 0;

  static constexpr auto kFields =
      std::tuple(Required("popTime", &ChangeMessageInvisibleTimeResponse::pop_timestamp),
                 Required("invisibleTime", &ChangeMessageInvisibleTimeResponse::invisible_ms),
                 Required("reviveQid", &ChangeMessageInvisibleTimeResponse::revive_queue_id));
};

}  // namespace pintle::remoting
