// UPDATE_AND_CREATE_SUBSCRIPTIONGROUP (200): make or change a consumer group.
#pragma once

#include "broker/broker.h"
#include "net/task.h"
#include "remoting/dispatch.h"

namespace pintle::broker {

struct UpdateAndCreateSubscriptionGroup {
  static constexpr int32_t kCode = remoting::request_code::kUpdateAndCreateSubscriptionGroup;
  static constexpr remoting::Access kAccess = remoting::Access::kManage;
  using Request = remoting::NoFields;
  using Response = remoting::NoFields;
  static net::Task<remoting::Reply<Response>> Handle(Broker& broker, remoting::Call<Request> call);
};

}  // namespace pintle::broker
