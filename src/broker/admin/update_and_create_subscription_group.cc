#include "broker/admin/update_and_create_subscription_group.h"

#include "broker/handlers/answer.h"
#include "broker/ops/checks.h"
#include "remoting/bodies/group_table.h"

namespace pintle::broker {

net::Task<remoting::Reply<UpdateAndCreateSubscriptionGroup::Response>>
UpdateAndCreateSubscriptionGroup::Handle(Broker& broker, remoting::Call<Request> call) {
  using Answer = remoting::Reply<Response>;
  auto group = remoting::DecodeGroupConfig(call.body);
  if (!group) co_return Answer(remoting::ResponseCode::kSystemError, group.error().message);
  const auto named = CheckGroupName(group->name);
  if (!named) co_return Refused<Response>(named.error());
  const auto change = broker.groups().Update(*std::move(group));
  if (!change) co_return Refused<Response>(change.error());
  const Status written = co_await broker.groups().file().Written(call.session->loop(), *change);
  if (!written) co_return Refused<Response>(written.error());
  co_return Answer();
}

}  // namespace pintle::broker
