// CONSUME_MESSAGE_DIRECTLY (309): a connected consumer consumes one message now.
#pragma once

#include "broker/broker.h"
#include "net/task.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/consume_message_directly.h"

namespace pintle::broker {

struct ConsumeMessageDirectly {
  static constexpr int32_t kCode = remoting::request_code::kConsumeMessageDirectly;
  static constexpr remoting::Access kAccess = remoting::Access::kManage;
  using Request = remoting::ConsumeMessageDirectlyRequest;
  using Response = remoting::NoFields;
  static net::Task<remoting::Reply<Response>> Handle(Broker& broker, remoting::Call<Request> call);
};

}  // namespace pintle::broker
