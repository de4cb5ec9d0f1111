// GET_PRODUCER_CONNECTION_LIST (204): the clients of a producer group.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/get_producer_connection_list.h"

namespace pintle::broker {

struct GetProducerConnectionList {
  static constexpr int32_t kCode = remoting::request_code::kGetProducerConnectionList;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::GetProducerConnectionListRequest;
  using Response = remoting::NoFields;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
