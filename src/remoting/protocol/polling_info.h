// POLLING_INFO (200055): how many pops wait on a queue.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct PollingInfoRequest {
  std::string consumer_group;
  std::string topic;
  int32_t queue_id = 0;

  static constexpr auto kFields =
      std::tuple(Required("consumerGroup", &PollingInfoRequest::consumer_group),
                 Required("topic", &PollingInfoRequest::topic),
                 Optional("queueId", &PollingInfoRequest::queue_id));
};

struct PollingInfoResponse {
  int32_t polling_count = 0;

  static constexpr auto kFields =
      std::tuple(Required("pollingNum", &PollingInfoResponse::polling_count));
};

}  // namespace pintle::remoting
