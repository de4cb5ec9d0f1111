// DELETE_TOPIC_IN_NAMESRV (216): take a topic out of the routes, in all clusters or in one.
#pragma once

#include "namesrv/name_server.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/delete_topic_in_namesrv.h"

namespace pintle::namesrv {

struct DeleteTopic {
  static constexpr int32_t kCode = remoting::request_code::kDeleteTopicInNamesrv;
  static constexpr remoting::Access kAccess = remoting::Access::kManage;
  using Request = remoting::DeleteTopicInNamesrvRequest;
  using Response = remoting::NoFields;

  static remoting::Reply<Response> Handle(NameServer& server, const remoting::Call<Request>& call);
};

}  // namespace pintle::namesrv
