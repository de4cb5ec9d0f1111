// GET_SYSTEM_TOPIC_LIST_FROM_BROKER (305): the topics that a broker keeps for itself.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"

namespace pintle::broker {

struct GetSystemTopicListFromBroker {
  static constexpr int32_t kCode = remoting::request_code::kGetSystemTopicListFromBroker;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::NoFields;
  using Response = remoting::NoFields;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
