#include "broker/admin/get_subscription_group_config.h"

#include "remoting/bodies/group_table.h"

namespace pintle::broker {

// As in RocketMQ, a group that is asked about exists from then on, where groups may be made so.
remoting::Reply<GetSubscriptionGroupConfig::Response> GetSubscriptionGroupConfig::Handle(
    Broker& broker, const remoting::Call<Request>& call) {
  const auto group = broker.groups().FindOrCreate(call.request.group);
  if (group == nullptr)
    return {remoting::ResponseCode::kSubscriptionGroupNotExist, "No group in this broker"};
  remoting::Reply<Response> answer;
  answer.body.owned = remoting::EncodeGroupConfig(*group);
  return answer;
}

}  // namespace pintle::broker
