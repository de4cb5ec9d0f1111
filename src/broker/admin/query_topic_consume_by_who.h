// QUERY_TOPIC_CONSUME_BY_WHO (300): the groups that consume a topic.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/query_topic_consume_by_who.h"

namespace pintle::broker {

struct QueryTopicConsumeByWho {
  static constexpr int32_t kCode = remoting::request_code::kQueryTopicConsumeByWho;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::QueryTopicConsumeByWhoRequest;
  using Response = remoting::NoFields;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
