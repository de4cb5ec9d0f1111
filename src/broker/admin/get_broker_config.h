// GET_BROKER_CONFIG (26): the effective configuration as properties.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/get_broker_config.h"

namespace pintle::broker {

struct GetBrokerConfig {
  static constexpr int32_t kCode = remoting::request_code::kGetBrokerConfig;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::NoFields;
  using Response = remoting::GetBrokerConfigResponse;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
