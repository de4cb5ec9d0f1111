// GET_ALL_PRODUCER_INFO (328): who produces, by groups.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"

namespace pintle::broker {

struct GetAllProducerInfo {
  static constexpr int32_t kCode = remoting::request_code::kGetAllProducerInfo;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::NoFields;
  using Response = remoting::NoFields;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
