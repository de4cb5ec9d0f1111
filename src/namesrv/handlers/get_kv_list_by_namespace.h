// GET_KVLIST_BY_NAMESPACE (219): all keys and values of a namespace.
#pragma once

#include "namesrv/name_server.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/get_kv_list_by_namespace.h"

namespace pintle::namesrv {

struct GetKvListByNamespace {
  static constexpr int32_t kCode = remoting::request_code::kGetKvListByNamespace;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::GetKvListByNamespaceRequest;
  using Response = remoting::NoFields;

  static remoting::Reply<Response> Handle(NameServer& server, const remoting::Call<Request>& call);
};

}  // namespace pintle::namesrv
