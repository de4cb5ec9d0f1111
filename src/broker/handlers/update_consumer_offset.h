// UPDATE_CONSUMER_OFFSET (15): how far a group has consumed a queue.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/update_consumer_offset.h"

namespace pintle::broker {

struct UpdateConsumerOffset {
  static constexpr int32_t kCode = remoting::request_code::kUpdateConsumerOffset;
  static constexpr remoting::Access kAccess = remoting::Access::kSubscribe;
  using Request = remoting::UpdateConsumerOffsetRequest;
  using Response = remoting::NoFields;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
