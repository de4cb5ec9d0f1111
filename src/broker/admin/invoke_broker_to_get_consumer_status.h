// INVOKE_BROKER_TO_GET_CONSUMER_STATUS (223): how far connected consumers are, by their own account.
#pragma once

#include "broker/broker.h"
#include "net/task.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/get_consumer_status_from_client.h"

namespace pintle::broker {

struct InvokeBrokerToGetConsumerStatus {
  static constexpr int32_t kCode = remoting::request_code::kInvokeBrokerToGetConsumerStatus;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::GetConsumerStatusFromClientRequest;
  using Response = remoting::NoFields;
  static net::Task<remoting::Reply<Response>> Handle(Broker& broker, remoting::Call<Request> call);
};

}  // namespace pintle::broker
