// GET_TOPICS_BY_CLUSTER (224): the topics that have queues in a cluster.
#pragma once

#include "namesrv/name_server.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/get_topics_by_cluster.h"

namespace pintle::namesrv {

struct GetTopicsByCluster {
  static constexpr int32_t kCode = remoting::request_code::kGetTopicsByCluster;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::GetTopicsByClusterRequest;
  using Response = remoting::NoFields;

  static remoting::Reply<Response> Handle(NameServer& server, const remoting::Call<Request>& call);
};

}  // namespace pintle::namesrv
