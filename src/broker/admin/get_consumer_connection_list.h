// GET_CONSUMER_CONNECTION_LIST (203): the clients of a consumer group and what it wants.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/get_consumer_connection_list.h"

namespace pintle::broker {

struct GetConsumerConnectionList {
  static constexpr int32_t kCode = remoting::request_code::kGetConsumerConnectionList;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::GetConsumerConnectionListRequest;
  using Response = remoting::NoFields;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
