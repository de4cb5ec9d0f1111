// ADD_WRITE_PERM_OF_BROKER (327): producers may use a broker again.
#pragma once

#include "namesrv/name_server.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/add_write_perm_of_broker.h"

namespace pintle::namesrv {

struct AddWritePermOfBroker {
  static constexpr int32_t kCode = remoting::request_code::kAddWritePermOfBroker;
  static constexpr remoting::Access kAccess = remoting::Access::kManage;
  using Request = remoting::AddWritePermOfBrokerRequest;
  using Response = remoting::AddWritePermOfBrokerResponse;

  static remoting::Reply<Response> Handle(NameServer& server, const remoting::Call<Request>& call);
};

}  // namespace pintle::namesrv
