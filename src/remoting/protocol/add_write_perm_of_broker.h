// ADD_WRITE_PERM_OF_BROKER (327): give the write permission of a broker's queues back.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct AddWritePermOfBrokerRequest {
  std::string broker_name;

  static constexpr auto kFields =
      std::tuple(Required("brokerName", &AddWritePermOfBrokerRequest::broker_name));
};

struct AddWritePermOfBrokerResponse {
  int32_t add_topic_count = 0;

  static constexpr auto kFields =
      std::tuple(Required("addTopicCount", &AddWritePermOfBrokerResponse::add_topic_count));
};

}  // namespace pintle::remoting
