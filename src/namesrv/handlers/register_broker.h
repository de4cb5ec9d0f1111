// REGISTER_BROKER (103): a broker announces itself, its address and its topics; again every 30 s.
#pragma once

#include "namesrv/name_server.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/register_broker.h"

namespace pintle::namesrv {

struct RegisterBroker {
  static constexpr int32_t kCode = remoting::request_code::kRegisterBroker;
  static constexpr remoting::Access kAccess = remoting::Access::kInternal;
  using Request = remoting::RegisterBrokerRequest;
  using Response = remoting::RegisterBrokerResponse;

  static remoting::Reply<Response> Handle(NameServer& server, const remoting::Call<Request>& call);
};

}  // namespace pintle::namesrv
