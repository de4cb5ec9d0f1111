// GET_MAX_OFFSET (30): one past the last message of a queue.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/get_max_offset.h"

namespace pintle::broker {

struct GetMaxOffset {
  static constexpr int32_t kCode = remoting::request_code::kGetMaxOffset;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::GetMaxOffsetRequest;
  using Response = remoting::GetMaxOffsetResponse;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
