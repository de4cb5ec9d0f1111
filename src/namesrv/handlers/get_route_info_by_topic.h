// GET_ROUTEINFO_BY_TOPIC (105): where a topic's queues are. What nearly every request to a name
// server is.
#pragma once

#include "namesrv/name_server.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/get_route_info_by_topic.h"

namespace pintle::namesrv {

struct GetRouteInfoByTopic {
  static constexpr int32_t kCode = remoting::request_code::kGetRouteInfoByTopic;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::GetRouteInfoByTopicRequest;
  using Response = remoting::NoFields;

  static remoting::Reply<Response> Handle(NameServer& server, const remoting::Call<Request>& call);
};

}  // namespace pintle::namesrv
