// GET_ALL_TOPIC_LIST_FROM_NAMESERVER (206): the names of all topics.
#pragma once

#include "namesrv/name_server.h"
#include "remoting/dispatch.h"

namespace pintle::namesrv {

struct GetAllTopicList {
  static constexpr int32_t kCode = remoting::request_code::kGetAllTopicListFromNameserver;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::NoFields;
  using Response = remoting::NoFields;

  static remoting::Reply<Response> Handle(NameServer& server, const remoting::Call<Request>& call);
};

}  // namespace pintle::namesrv
