// QUERY_CONSUME_TIME_SPAN (303): from when to when the messages of a topic are, queue by queue, and
// how far a group is.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/query_consume_time_span.h"

namespace pintle::broker {

struct QueryConsumeTimeSpan {
  static constexpr int32_t kCode = remoting::request_code::kQueryConsumeTimeSpan;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::QueryConsumeTimeSpanRequest;
  using Response = remoting::NoFields;
  static net::Task<remoting::Reply<Response>> Handle(Broker& broker, remoting::Call<Request> call);
};

}  // namespace pintle::broker
