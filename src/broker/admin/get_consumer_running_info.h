// GET_CONSUMER_RUNNING_INFO (307): the inner state of a connected consumer, by its own account.
#pragma once

#include "broker/broker.h"
#include "net/task.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/get_consumer_running_info.h"

namespace pintle::broker {

struct GetConsumerRunningInfo {
  static constexpr int32_t kCode = remoting::request_code::kGetConsumerRunningInfo;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::GetConsumerRunningInfoRequest;
  using Response = remoting::NoFields;
  static net::Task<remoting::Reply<Response>> Handle(Broker& broker, remoting::Call<Request> call);
};

}  // namespace pintle::broker
