// CHECK_CLIENT_CONFIG (46): may this expression be subscribed to?
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"

namespace pintle::broker {

struct CheckClientConfig {
  static constexpr int32_t kCode = remoting::request_code::kCheckClientConfig;
  static constexpr remoting::Access kAccess = remoting::Access::kSubscribe;
  using Request = remoting::NoFields;
  using Response = remoting::NoFields;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
