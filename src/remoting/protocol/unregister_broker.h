// UNREGISTER_BROKER (104): a broker leaves.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct UnregisterBrokerRequest {
  std::string broker_name;
  std::string broker_address;
  std::string cluster_name;
  int64_t broker_id = 0;

  static constexpr auto kFields =
      std::tuple(Required("brokerName", &UnregisterBrokerRequest::broker_name),
                 Required("brokerAddr", &UnregisterBrokerRequest::broker_address),
                 Required("clusterName", &UnregisterBrokerRequest::cluster_name),
                 Required("brokerId", &UnregisterBrokerRequest::broker_id));
};

}  // namespace pintle::remoting
