#include "namesrv/handlers/delete_topic.h"

#include "base/log.h"

namespace pintle::namesrv {

remoting::Reply<remoting::NoFields> DeleteTopic::Handle(NameServer& server,
                                                        const remoting::Call<Request>& call) {
  const Request& request = call.request;
  if (request.cluster_name.empty())
    server.routes().DeleteTopic(request.topic);
  else
    server.routes().DeleteTopic(request.topic, request.cluster_name);
  PINTLE_LOG(kInfo, "name server: {} deleted topic {} from {}", call.session->peer().ToString(),
             request.topic, request.cluster_name.empty() ? "all clusters" : request.cluster_name);
  return remoting::NoFields{};
}

}  // namespace pintle::namesrv
