#include "broker/handlers/get_earliest_msg_store_time.h"

namespace pintle::broker {

remoting::Reply<GetEarliestMsgStoreTime::Response> GetEarliestMsgStoreTime::Handle(
    Broker& broker, const remoting::Call<Request>& call) {
  const Request& request = call.request;
  const model::QueueOffset first = broker.store().MinOffset(request.topic, request.queue_id);
  // -1 for a queue without a message.
  return Response{.timestamp = broker.store().StoreTime(request.topic, request.queue_id, first)};
}

}  // namespace pintle::broker
