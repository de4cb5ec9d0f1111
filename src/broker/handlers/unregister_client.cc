#include "broker/handlers/unregister_client.h"

namespace pintle::broker {

remoting::Reply<UnregisterClient::Response> UnregisterClient::Handle(
    Broker& broker, const remoting::Call<Request>& call) {
  const Request& request = call.request;
  if (!request.producer_group.empty())
    broker.clients().UnregisterProducer(request.producer_group, *call.session);
  if (!request.consumer_group.empty()) {
    // As RocketMQ does: a group that leaves is known from then on.
    const auto group = broker.groups().FindOrCreate(request.consumer_group);
    const bool notify = group == nullptr || group->notify_consumer_ids_changed_enable;
    broker.clients().UnregisterConsumer(request.consumer_group, *call.session, notify);
  }
  return {};
}

}  // namespace pintle::broker
