// GET_CONSUMER_CONNECTION_LIST (203): the clients and subscriptions of a group. Body:
// bodies/client_connections.h.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct GetConsumerConnectionListRequest {
  std::string consumer_group;

  static constexpr auto kFields =
      std::tuple(Required("consumerGroup", &GetConsumerConnectionListRequest::consumer_group));
};

}  // namespace pintle::remoting
