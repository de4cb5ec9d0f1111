// QUERY_DATA_VERSION (322): did a broker's topics change since it registered? Body both ways: a
// DataVersion.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct QueryDataVersionRequest {
  std::string broker_name;
  std::string broker_address;
  std::string cluster_name;
  int64_t broker_id = 0;

  static constexpr auto kFields =
      std::tuple(Required("brokerName", &QueryDataVersionRequest::broker_name),
                 Required("brokerAddr", &QueryDataVersionRequest::broker_address),
                 Required("clusterName", &QueryDataVersionRequest::cluster_name),
                 Required("brokerId", &QueryDataVersionRequest::broker_id));
};

struct QueryDataVersionResponse {
  bool changed = false;

  static constexpr auto kFields =
      std::tuple(Required("changed", &QueryDataVersionResponse::changed));
};

}  // namespace pintle::remoting
