// HEART_BEAT (34): a client says that it lives, for which groups, and what they want.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"

namespace pintle::broker {

struct HeartBeat {
  static constexpr int32_t kCode = remoting::request_code::kHeartBeat;
  static constexpr remoting::Access kAccess = remoting::Access::kPublic;
  using Request = remoting::NoFields;
  using Response = remoting::NoFields;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
