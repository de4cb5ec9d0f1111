// DELETE_KV_CONFIG (102): remove a key of the key-value table.
#pragma once

#include "namesrv/name_server.h"
#include "net/task.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/delete_kv_config.h"

namespace pintle::namesrv {

struct DeleteKvConfig {
  static constexpr int32_t kCode = remoting::request_code::kDeleteKvConfig;
  static constexpr remoting::Access kAccess = remoting::Access::kManage;
  using Request = remoting::DeleteKvConfigRequest;
  using Response = remoting::NoFields;

  static net::Task<remoting::Reply<Response>> Handle(NameServer& server,
                                                     remoting::Call<Request> call);
};

}  // namespace pintle::namesrv
