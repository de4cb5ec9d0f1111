// REGISTER_BROKER (103): a broker announces itself with its topics. Body: bodies/register_broker.h.
// The loose field `__ZONE_NAME` names its zone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct RegisterBrokerRequest {
  std::string broker_name;
  std::string broker_address;
  std::string cluster_name;
  std::string ha_server_address;
  int64_t broker_id = 0;
  std::optional<int64_t> heartbeat_timeout_ms;
  std::optional<bool> enable_acting_master;  // absent from brokers before V4_9_4
  bool compressed = false;                   // the body is in the compressed form
  int32_t body_crc32 = 0;                    // of the body as sent; 0: not given

  static constexpr auto kFields =
      std::tuple(Required("brokerName", &RegisterBrokerRequest::broker_name),
                 Required("brokerAddr", &RegisterBrokerRequest::broker_address),
                 Required("clusterName", &RegisterBrokerRequest::cluster_name),
                 Optional("haServerAddr", &RegisterBrokerRequest::ha_server_address),
                 Required("brokerId", &RegisterBrokerRequest::broker_id),
                 Optional("heartbeatTimeoutMillis", &RegisterBrokerRequest::heartbeat_timeout_ms),
                 Optional("enableActingMaster", &RegisterBrokerRequest::enable_acting_master),
                 Optional("compressed", &RegisterBrokerRequest::compressed),
                 Optional("bodyCrc32", &RegisterBrokerRequest::body_crc32));
};

struct RegisterBrokerResponse {
  std::string ha_server_address;
  std::string master_address;

  static constexpr auto kFields =
      std::tuple(Optional("haServerAddr", &RegisterBrokerResponse::ha_server_address),
                 Optional("masterAddr", &RegisterBrokerResponse::master_address));
};

}  // namespace pintle::remoting
