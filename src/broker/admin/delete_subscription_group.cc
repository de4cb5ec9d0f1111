#include "broker/admin/delete_subscription_group.h"

#include "broker/handlers/answer.h"

namespace pintle::broker {

net::Task<remoting::Reply<DeleteSubscriptionGroup::Response>> DeleteSubscriptionGroup::Handle(
    Broker& broker, remoting::Call<Request> call) {
  const MetadataFile::Change change = broker.groups().Delete(call.request.group_name);
  if (call.request.clean_offset) {
    broker.offsets().ForgetGroup(call.request.group_name);
    broker.offsets().file().WriteSoon();
  }
  const Status written = co_await broker.groups().file().Written(call.session->loop(), change);
  if (!written) co_return Refused<Response>(written.error());
  co_return remoting::Reply<Response>();
}

}  // namespace pintle::broker
