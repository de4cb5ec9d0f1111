#include "namesrv/handlers/unregister_broker.h"

namespace pintle::namesrv {

remoting::Reply<remoting::NoFields> UnregisterBroker::Handle(NameServer& server,
                                                             const remoting::Call<Request>& call) {
  const Request& request = call.request;
  server.routes().Unregister(request.cluster_name, request.broker_name, request.broker_address);
  return remoting::NoFields{};
}

}  // namespace pintle::namesrv
