// GET_ALL_CONSUMER_OFFSET (43): the table of consumed offsets.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"

namespace pintle::broker {

struct GetAllConsumerOffset {
  static constexpr int32_t kCode = remoting::request_code::kGetAllConsumerOffset;
  static constexpr remoting::Access kAccess = remoting::Access::kInternal;
  using Request = remoting::NoFields;
  using Response = remoting::NoFields;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
