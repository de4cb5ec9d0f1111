#include "namesrv/handlers/get_system_topic_list.h"

#include "remoting/json.h"

namespace pintle::namesrv {

// With the address of a broker that can be asked for more, as Java's administration does.
remoting::Reply<remoting::NoFields> GetSystemTopicList::Handle(NameServer& server,
                                                               const remoting::Call<Request>&) {
  const ClusterTable table = server.routes().Clusters();
  remoting::JsonWriter out;
  out.BeginObject();
  for (const auto& [name, broker] : table.brokers) {
    if (broker.addresses.empty()) continue;
    out.Member("brokerAddr", broker.addresses.begin()->second);
    break;
  }
  out.Key("topicList");
  out.BeginArray();
  for (const auto& [cluster, brokers] : table.clusters) {
    out.String(cluster);
    for (const std::string& broker : brokers) out.String(broker);
  }
  out.EndArray();
  out.EndObject();
  remoting::Reply<Response> reply;
  reply.body.owned = out.Take();
  return reply;
}

}  // namespace pintle::namesrv
