#include "broker/admin/get_all_producer_info.h"

#include <utility>

#include "broker/admin/connections.h"

namespace pintle::broker {

remoting::Reply<GetAllProducerInfo::Response> GetAllProducerInfo::Handle(
    Broker& broker, const remoting::Call<Request>&) {
  remoting::ProducerTable groups;
  for (const auto& [group, producers] : broker.clients().Producers()) {
    for (const ClientTable::Producer& producer : producers) {
      remoting::ProducerClient client{ToConnection(producer.client), producer.last_seen_ms};
      // As Java prints an address.
      client.connection.address.insert(0, "/");
      groups[group].push_back(std::move(client));
    }
  }
  remoting::Reply<Response> answer;
  answer.body.owned = remoting::EncodeProducerTable(groups);
  return answer;
}

}  // namespace pintle::broker
