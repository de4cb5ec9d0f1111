// GET_KV_CONFIG (101): one value of the key-value table.
#pragma once

#include "namesrv/name_server.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/get_kv_config.h"

namespace pintle::namesrv {

struct GetKvConfig {
  static constexpr int32_t kCode = remoting::request_code::kGetKvConfig;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::GetKvConfigRequest;
  using Response = remoting::GetKvConfigResponse;

  static remoting::Reply<Response> Handle(NameServer& server, const remoting::Call<Request>& call);
};

}  // namespace pintle::namesrv
