// UNREGISTER_BROKER (104): a broker leaves in good order.
#pragma once

#include "namesrv/name_server.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/unregister_broker.h"

namespace pintle::namesrv {

struct UnregisterBroker {
  static constexpr int32_t kCode = remoting::request_code::kUnregisterBroker;
  static constexpr remoting::Access kAccess = remoting::Access::kInternal;
  using Request = remoting::UnregisterBrokerRequest;
  using Response = remoting::NoFields;

  static remoting::Reply<Response> Handle(NameServer& server, const remoting::Call<Request>& call);
};

}  // namespace pintle::namesrv
