// GET_NAMESRV_CONFIG (319): the settings that can be changed, as lines of key=value.
#pragma once

#include "namesrv/name_server.h"
#include "remoting/dispatch.h"

namespace pintle::namesrv {

struct GetNamesrvConfig {
  static constexpr int32_t kCode = remoting::request_code::kGetNamesrvConfig;
  static constexpr remoting::Access kAccess = remoting::Access::kManage;
  using Request = remoting::NoFields;
  using Response = remoting::NoFields;

  static remoting::Reply<Response> Handle(NameServer& server, const remoting::Call<Request>& call);
};

}  // namespace pintle::namesrv
