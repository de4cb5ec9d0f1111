// UNREGISTER_CLIENT (35): a client leaves its groups.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct UnregisterClientRequest {
  std::string client_id;
  std::string producer_group;
  std::string consumer_group;

  static constexpr auto kFields =
      std::tuple(Optional("clientID", &UnregisterClientRequest::client_id),
                 Optional("producerGroup", &UnregisterClientRequest::producer_group),
                 Optional("consumerGroup", &UnregisterClientRequest::consumer_group));
};

}  // namespace pintle::remoting
