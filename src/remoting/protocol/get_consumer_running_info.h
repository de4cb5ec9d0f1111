// GET_CONSUMER_RUNNING_INFO (307), passed on by the broker to the client: a consumer's inner state.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct GetConsumerRunningInfoRequest {
  std::string consumer_group;
  std::string client_id;
  bool jstack_enable = false;

  static constexpr auto kFields =
      std::tuple(Required("consumerGroup", &GetConsumerRunningInfoRequest::consumer_group),
                 Required("clientId", &GetConsumerRunningInfoRequest::client_id),
                 Optional("jstackEnable", &GetConsumerRunningInfoRequest::jstack_enable));
};

}  // namespace pintle::remoting
