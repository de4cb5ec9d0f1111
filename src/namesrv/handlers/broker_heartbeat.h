// BROKER_HEARTBEAT (904): a registered broker lives.
#pragma once

#include "namesrv/name_server.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/broker_heartbeat.h"

namespace pintle::namesrv {

struct BrokerHeartbeat {
  static constexpr int32_t kCode = remoting::request_code::kBrokerHeartbeat;
  static constexpr remoting::Access kAccess = remoting::Access::kInternal;
  using Request = remoting::BrokerHeartbeatRequest;
  using Response = remoting::NoFields;

  static remoting::Reply<Response> Handle(NameServer& server, const remoting::Call<Request>& call);
};

}  // namespace pintle::namesrv
