// QUERY_TOPICS_BY_CONSUMER (343): the topics of which a group has consumed something.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/query_topics_by_consumer.h"

namespace pintle::broker {

struct QueryTopicsByConsumer {
  static constexpr int32_t kCode = remoting::request_code::kQueryTopicsByConsumer;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::QueryTopicsByConsumerRequest;
  using Response = remoting::NoFields;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
