// PUT_KV_CONFIG (100): set a key of the key-value table.
#pragma once

#include "namesrv/name_server.h"
#include "net/task.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/put_kv_config.h"

namespace pintle::namesrv {

struct PutKvConfig {
  static constexpr int32_t kCode = remoting::request_code::kPutKvConfig;
  static constexpr remoting::Access kAccess = remoting::Access::kManage;
  using Request = remoting::PutKvConfigRequest;
  using Response = remoting::NoFields;

  static net::Task<remoting::Reply<Response>> Handle(NameServer& server,
                                                     remoting::Call<Request> call);
};

}  // namespace pintle::namesrv
