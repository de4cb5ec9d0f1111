// GET_BROKER_MEMBER_GROUP (901): the ids and addresses of one broker name.
#pragma once

#include "namesrv/name_server.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/get_broker_member_group.h"

namespace pintle::namesrv {

struct GetBrokerMemberGroup {
  static constexpr int32_t kCode = remoting::request_code::kGetBrokerMemberGroup;
  static constexpr remoting::Access kAccess = remoting::Access::kInternal;
  using Request = remoting::GetBrokerMemberGroupRequest;
  using Response = remoting::NoFields;

  static remoting::Reply<Response> Handle(NameServer& server, const remoting::Call<Request>& call);
};

}  // namespace pintle::namesrv
