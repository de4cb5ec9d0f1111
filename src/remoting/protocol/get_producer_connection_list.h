// GET_PRODUCER_CONNECTION_LIST (204): the clients of a producer group. Body:
// bodies/client_connections.h.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct GetProducerConnectionListRequest {
  std::string producer_group;

  static constexpr auto kFields =
      std::tuple(Required("producerGroup", &GetProducerConnectionListRequest::producer_group));
};

}  // namespace pintle::remoting
