// GET_CONSUMER_STATUS_FROM_CLIENT (221), from the broker to a consumer, and
// INVOKE_BROKER_TO_GET_CONSUMER_STATUS (223), which asks the broker for it: how far a consumer is
// in its queues.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct GetConsumerStatusFromClientRequest {
  std::string topic;
  std::string group;
  std::string client_address;

  static constexpr auto kFields =
      std::tuple(Required("topic", &GetConsumerStatusFromClientRequest::topic),
                 Required("group", &GetConsumerStatusFromClientRequest::group),
                 Optional("clientAddr", &GetConsumerStatusFromClientRequest::client_address));
};

}  // namespace pintle::remoting
