// WIPE_WRITE_PERM_OF_BROKER (205): producers shall leave a broker alone.
#pragma once

#include "namesrv/name_server.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/wipe_write_perm_of_broker.h"

namespace pintle::namesrv {

struct WipeWritePermOfBroker {
  static constexpr int32_t kCode = remoting::request_code::kWipeWritePermOfBroker;
  static constexpr remoting::Access kAccess = remoting::Access::kManage;
  using Request = remoting::WipeWritePermOfBrokerRequest;
  using Response = remoting::WipeWritePermOfBrokerResponse;

  static remoting::Reply<Response> Handle(NameServer& server, const remoting::Call<Request>& call);
};

}  // namespace pintle::namesrv
