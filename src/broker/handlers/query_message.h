// QUERY_MESSAGE (12): messages of a topic by key, from the index.
#pragma once

#include "broker/broker.h"
#include "net/task.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/query_message.h"

namespace pintle::broker {

struct QueryMessage {
  static constexpr int32_t kCode = remoting::request_code::kQueryMessage;
  static constexpr remoting::Access kAccess = remoting::Access::kSubscribe;
  using Request = remoting::QueryMessageRequest;
  using Response = remoting::QueryMessageResponse;
  static net::Task<remoting::Reply<Response>> Handle(Broker& broker, remoting::Call<Request> call);
};

}  // namespace pintle::broker
