#include "broker/admin/get_consumer_connection_list.h"

#include "broker/admin/connections.h"

namespace pintle::broker {

remoting::Reply<GetConsumerConnectionList::Response> GetConsumerConnectionList::Handle(
    Broker& broker, const remoting::Call<Request>& call) {
  const auto group = broker.clients().FindGroup(call.request.consumer_group);
  if (!group) {
    return {remoting::ResponseCode::kConsumerNotOnline,
            fmt::format("the consumer group[{}] not online", call.request.consumer_group)};
  }
  remoting::ConsumerConnections consumers;
  consumers.consume_type = group->type;
  consumers.message_model = group->model;
  consumers.consume_from_where = group->from;
  for (const auto& [topic, subscription] : group->subscriptions)
    consumers.subscriptions.emplace(topic, *subscription);
  for (const Client& client : group->clients) consumers.connections.push_back(ToConnection(client));
  remoting::Reply<Response> answer;
  answer.body.owned = remoting::EncodeConsumerConnections(consumers);
  return answer;
}

}  // namespace pintle::broker
