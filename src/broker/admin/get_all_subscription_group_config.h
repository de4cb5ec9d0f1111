// GET_ALL_SUBSCRIPTIONGROUP_CONFIG (201): all groups with their data version, whole or by pages.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/get_all_subscription_group_config.h"

namespace pintle::broker {

struct GetAllSubscriptionGroupConfig {
  static constexpr int32_t kCode = remoting::request_code::kGetAllSubscriptionGroupConfig;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::NoFields;
  using Response = remoting::GetAllSubscriptionGroupConfigResponse;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
