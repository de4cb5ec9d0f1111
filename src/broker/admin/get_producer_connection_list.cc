#include "broker/admin/get_producer_connection_list.h"

#include "broker/admin/connections.h"

namespace pintle::broker {

remoting::Reply<GetProducerConnectionList::Response> GetProducerConnectionList::Handle(
    Broker& broker, const remoting::Call<Request>& call) {
  const auto producers = broker.clients().FindProducers(call.request.producer_group);
  if (!producers) {
    return {remoting::ResponseCode::kSystemError,
            fmt::format("the producer group[{}] not exist", call.request.producer_group)};
  }
  std::vector<remoting::ClientConnection> connections;
  for (const ClientTable::Producer& producer : *producers)
    connections.push_back(ToConnection(producer.client));
  remoting::Reply<Response> answer;
  answer.body.owned = remoting::EncodeProducerConnections(connections);
  return answer;
}

}  // namespace pintle::broker
