#include "namesrv/handlers/add_write_perm_of_broker.h"

#include "base/log.h"

namespace pintle::namesrv {

remoting::Reply<remoting::AddWritePermOfBrokerResponse> AddWritePermOfBroker::Handle(
    NameServer& server, const remoting::Call<Request>& call) {
  const int32_t topics = server.routes().AddWritePermission(call.request.broker_name);
  PINTLE_LOG(kInfo, "name server: {} gave write permission to {} topics of broker {}",
             call.session->peer().ToString(), topics, call.request.broker_name);
  return Response{.add_topic_count = topics};
}

}  // namespace pintle::namesrv
