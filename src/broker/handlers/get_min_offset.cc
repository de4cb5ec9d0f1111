#include "broker/handlers/get_min_offset.h"

namespace pintle::broker {

remoting::Reply<GetMinOffset::Response> GetMinOffset::Handle(Broker& broker,
                                                             const remoting::Call<Request>& call) {
  return Response{.offset =
                      broker.store().MinOffset(call.request.topic, call.request.queue_id).value()};
}

}  // namespace pintle::broker
