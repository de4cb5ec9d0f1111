// GET_CONSUMER_LIST_BY_GROUP (38): the ids of the clients that consume for a group.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/get_consumer_list_by_group.h"

namespace pintle::broker {

struct GetConsumerListByGroup {
  static constexpr int32_t kCode = remoting::request_code::kGetConsumerListByGroup;
  static constexpr remoting::Access kAccess = remoting::Access::kSubscribe;
  using Request = remoting::GetConsumerListByGroupRequest;
  using Response = remoting::NoFields;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
