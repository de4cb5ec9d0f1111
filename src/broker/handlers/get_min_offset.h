// GET_MIN_OFFSET (31): the first message of a queue that is still stored.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/get_min_offset.h"

namespace pintle::broker {

struct GetMinOffset {
  static constexpr int32_t kCode = remoting::request_code::kGetMinOffset;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::GetMinOffsetRequest;
  using Response = remoting::GetMinOffsetResponse;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
