// GET_BROKER_CLUSTER_INFO (106): all brokers with their addresses, and the clusters they form.
#pragma once

#include "namesrv/name_server.h"
#include "remoting/dispatch.h"

namespace pintle::namesrv {

struct GetBrokerClusters {
  static constexpr int32_t kCode = remoting::request_code::kGetBrokerClusterInfo;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::NoFields;
  using Response = remoting::NoFields;

  static remoting::Reply<Response> Handle(NameServer& server, const remoting::Call<Request>& call);
};

}  // namespace pintle::namesrv
