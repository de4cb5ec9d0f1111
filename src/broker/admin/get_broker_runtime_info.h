// GET_BROKER_RUNTIME_INFO (28): what this broker is doing, as a table of texts.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"

namespace pintle::broker {

struct GetBrokerRuntimeInfo {
  static constexpr int32_t kCode = remoting::request_code::kGetBrokerRuntimeInfo;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::NoFields;
  using Response = remoting::NoFields;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
