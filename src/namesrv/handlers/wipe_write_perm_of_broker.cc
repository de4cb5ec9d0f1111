#include "namesrv/handlers/wipe_write_perm_of_broker.h"

#include "base/log.h"

namespace pintle::namesrv {

remoting::Reply<remoting::WipeWritePermOfBrokerResponse> WipeWritePermOfBroker::Handle(
    NameServer& server, const remoting::Call<Request>& call) {
  const int32_t topics = server.routes().WipeWritePermission(call.request.broker_name);
  PINTLE_LOG(kInfo, "name server: {} took write permission from {} topics of broker {}",
             call.session->peer().ToString(), topics, call.request.broker_name);
  return Response{.wipe_topic_count = topics};
}

}  // namespace pintle::namesrv
