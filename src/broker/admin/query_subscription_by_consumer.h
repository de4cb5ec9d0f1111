// QUERY_SUBSCRIPTION_BY_CONSUMER (345): what a group has told that it wants of a topic.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/query_subscription_by_consumer.h"

namespace pintle::broker {

struct QuerySubscriptionByConsumer {
  static constexpr int32_t kCode = remoting::request_code::kQuerySubscriptionByConsumer;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::QuerySubscriptionByConsumerRequest;
  using Response = remoting::NoFields;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
