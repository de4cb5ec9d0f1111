// DELETE_SUBSCRIPTIONGROUP (207): remove a consumer group.
#pragma once

#include "broker/broker.h"
#include "net/task.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/delete_subscription_group.h"

namespace pintle::broker {

struct DeleteSubscriptionGroup {
  static constexpr int32_t kCode = remoting::request_code::kDeleteSubscriptionGroup;
  static constexpr remoting::Access kAccess = remoting::Access::kManage;
  using Request = remoting::DeleteSubscriptionGroupRequest;
  using Response = remoting::NoFields;
  static net::Task<remoting::Reply<Response>> Handle(Broker& broker, remoting::Call<Request> call);
};

}  // namespace pintle::broker
