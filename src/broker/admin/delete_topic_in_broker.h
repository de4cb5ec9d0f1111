// DELETE_TOPIC_IN_BROKER (215): remove a topic and its queues.
#pragma once

#include "broker/broker.h"
#include "net/task.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/delete_topic_in_broker.h"

namespace pintle::broker {

struct DeleteTopicInBroker {
  static constexpr int32_t kCode = remoting::request_code::kDeleteTopicInBroker;
  static constexpr remoting::Access kAccess = remoting::Access::kManage;
  using Request = remoting::DeleteTopicInBrokerRequest;
  using Response = remoting::NoFields;
  static net::Task<remoting::Reply<Response>> Handle(Broker& broker, remoting::Call<Request> call);
};

}  // namespace pintle::broker
