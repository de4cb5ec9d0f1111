// NOTIFY_MIN_BROKER_ID_CHANGE (905), from the name server to brokers: the smallest live broker id
// of a set changed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct NotifyMinBrokerIdChangeRequest {
  std::optional<int64_t> min_broker_id;
  std::string broker_name;
  std::string min_broker_addr;
  std::string offline_broker_addr;
  std::string ha_broker_addr;

  static constexpr auto kFields = std::tuple(
      Optional("minBrokerId", &NotifyMinBrokerIdChangeRequest::min_broker_id),
      Optional("brokerName", &NotifyMinBrokerIdChangeRequest::broker_name),
      Optional("minBrokerAddr", &NotifyMinBrokerIdChangeRequest::min_broker_addr),
      Optional("offlineBrokerAddr", &NotifyMinBrokerIdChangeRequest::offline_broker_addr),
      Optional("haBrokerAddr", &NotifyMinBrokerIdChangeRequest::ha_broker_addr));
};

}  // namespace pintle::remoting
