#include "namesrv/handlers/broker_heartbeat.h"

namespace pintle::namesrv {

// An address that has not registered is no error: the broker learns of it by QUERY_DATA_VERSION or
// with its next registration.
remoting::Reply<remoting::NoFields> BrokerHeartbeat::Handle(NameServer& server,
                                                            const remoting::Call<Request>& call) {
  server.routes().Touch(call.request.cluster_name, call.request.broker_address,
                        server.clock().MonotonicMs());
  return remoting::NoFields{};
}

}  // namespace pintle::namesrv
