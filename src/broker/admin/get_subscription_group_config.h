// GET_SUBSCRIPTIONGROUP_CONFIG (352): one group's configuration.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/get_subscription_group_config.h"

namespace pintle::broker {

struct GetSubscriptionGroupConfig {
  static constexpr int32_t kCode = remoting::request_code::kGetSubscriptionGroupConfig;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::GetSubscriptionGroupConfigRequest;
  using Response = remoting::NoFields;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
