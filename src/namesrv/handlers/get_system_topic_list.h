// GET_SYSTEM_TOPIC_LIST_FROM_NS (304): the topics that are named as clusters and brokers.
#pragma once

#include "namesrv/name_server.h"
#include "remoting/dispatch.h"

namespace pintle::namesrv {

struct GetSystemTopicList {
  static constexpr int32_t kCode = remoting::request_code::kGetSystemTopicListFromNs;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::NoFields;
  using Response = remoting::NoFields;

  static remoting::Reply<Response> Handle(NameServer& server, const remoting::Call<Request>& call);
};

}  // namespace pintle::namesrv
