// GET_EARLIEST_MSG_STORETIME (32): when the first message of a queue was stored.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/get_earliest_msg_store_time.h"

namespace pintle::broker {

struct GetEarliestMsgStoreTime {
  static constexpr int32_t kCode = remoting::request_code::kGetEarliestMsgStoreTime;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::GetEarliestMsgStoreTimeRequest;
  using Response = remoting::GetEarliestMsgStoreTimeResponse;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
