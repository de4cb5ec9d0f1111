// GET_ALL_DELAY_OFFSET (45): how far each delay level is delivered.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"

namespace pintle::broker {

struct GetAllDelayOffset {
  static constexpr int32_t kCode = remoting::request_code::kGetAllDelayOffset;
  static constexpr remoting::Access kAccess = remoting::Access::kInternal;
  using Request = remoting::NoFields;
  using Response = remoting::NoFields;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
