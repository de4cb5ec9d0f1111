// UNREGISTER_CLIENT (35): a client leaves its groups.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/unregister_client.h"

namespace pintle::broker {

struct UnregisterClient {
  static constexpr int32_t kCode = remoting::request_code::kUnregisterClient;
  static constexpr remoting::Access kAccess = remoting::Access::kPublic;
  using Request = remoting::UnregisterClientRequest;
  using Response = remoting::NoFields;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
