// BROKER_HEARTBEAT (904): a broker is alive.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct BrokerHeartbeatRequest {
  std::string cluster_name;
  std::string broker_address;
  std::string broker_name;
  std::optional<int64_t> broker_id;
  std::optional<int32_t> epoch;
  std::optional<int64_t> max_offset;
  std::optional<int64_t> confirm_offset;
  std::optional<int64_t> heartbeat_timeout_ms;
  std::optional<int32_t> election_priority;

  static constexpr auto kFields =
      std::tuple(Required("clusterName", &BrokerHeartbeatRequest::cluster_name),
                 Required("brokerAddr", &BrokerHeartbeatRequest::broker_address),
                 Required("brokerName", &BrokerHeartbeatRequest::broker_name),
                 Optional("brokerId", &BrokerHeartbeatRequest::broker_id),
                 Optional("epoch", &BrokerHeartbeatRequest::epoch),
                 Optional("maxOffset", &BrokerHeartbeatRequest::max_offset),
                 Optional("confirmOffset", &BrokerHeartbeatRequest::confirm_offset),
                 Optional("heartbeatTimeoutMills", &BrokerHeartbeatRequest::heartbeat_timeout_ms),
                 Optional("electionPriority", &BrokerHeartbeatRequest::election_priority));
};

}  // namespace pintle::remoting
