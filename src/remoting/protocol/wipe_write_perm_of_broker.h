// WIPE_WRITE_PERM_OF_BROKER (205): take the write permission of a broker's queues out of the
// routes.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct WipeWritePermOfBrokerRequest {
  std::string broker_name;

  static constexpr auto kFields =
      std::tuple(Required("brokerName", &WipeWritePermOfBrokerRequest::broker_name));
};

struct WipeWritePermOfBrokerResponse {
  int32_t wipe_topic_count = 0;

  static constexpr auto kFields =
      std::tuple(Required("wipeTopicCount", &WipeWritePermOfBrokerResponse::wipe_topic_count));
};

}  // namespace pintle::remoting
