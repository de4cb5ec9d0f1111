// QUERY_CONSUME_QUEUE (321): entries of a consume queue, for who looks for what is wrong with one.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/query_consume_queue.h"

namespace pintle::broker {

struct QueryConsumeQueue {
  static constexpr int32_t kCode = remoting::request_code::kQueryConsumeQueue;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::QueryConsumeQueueRequest;
  using Response = remoting::NoFields;
  static net::Task<remoting::Reply<Response>> Handle(Broker& broker, remoting::Call<Request> call);
};

}  // namespace pintle::broker
