#include "broker/handlers/get_max_offset.h"

namespace pintle::broker {

remoting::Reply<GetMaxOffset::Response> GetMaxOffset::Handle(Broker& broker,
                                                             const remoting::Call<Request>& call) {
  return Response{.offset =
                      broker.store().MaxOffset(call.request.topic, call.request.queue_id).value()};
}

}  // namespace pintle::broker
