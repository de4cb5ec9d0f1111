// INVOKE_BROKER_TO_RESET_OFFSET (222): move a group to another place of a topic.
#pragma once

#include "broker/broker.h"
#include "net/task.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/reset_consumer_client_offset.h"

namespace pintle::broker {

struct InvokeBrokerToResetOffset {
  static constexpr int32_t kCode = remoting::request_code::kInvokeBrokerToResetOffset;
  static constexpr remoting::Access kAccess = remoting::Access::kManage;
  using Request = remoting::ResetConsumerClientOffsetRequest;
  using Response = remoting::NoFields;
  static net::Task<remoting::Reply<Response>> Handle(Broker& broker, remoting::Call<Request> call);
};

}  // namespace pintle::broker
