#include "namesrv/handlers/get_broker_clusters.h"

#include <utility>

#include "remoting/bodies/cluster_info.h"

namespace pintle::namesrv {

remoting::Reply<remoting::NoFields> GetBrokerClusters::Handle(NameServer& server,
                                                              const remoting::Call<Request>&) {
  ClusterTable table = server.routes().Clusters();
  remoting::Reply<Response> reply;
  reply.body.owned = remoting::EncodeClusterInfo(
      {.brokers = std::move(table.brokers), .clusters = std::move(table.clusters)});
  return reply;
}

}  // namespace pintle::namesrv
