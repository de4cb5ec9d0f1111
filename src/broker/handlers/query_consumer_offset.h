// QUERY_CONSUMER_OFFSET (14): from where a group goes on in a queue.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/query_consumer_offset.h"

namespace pintle::broker {

struct QueryConsumerOffset {
  static constexpr int32_t kCode = remoting::request_code::kQueryConsumerOffset;
  static constexpr remoting::Access kAccess = remoting::Access::kSubscribe;
  using Request = remoting::QueryConsumerOffsetRequest;
  using Response = remoting::QueryConsumerOffsetResponse;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
