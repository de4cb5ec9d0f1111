#include "broker/handlers/query_consumer_offset.h"

#include "broker/handlers/answer.h"
#include "broker/ops/consumer_offset.h"

namespace pintle::broker {

remoting::Reply<QueryConsumerOffset::Response> QueryConsumerOffset::Handle(
    Broker& broker, const remoting::Call<Request>& call) {
  const Request& request = call.request;
  const auto offset =
      FindConsumerOffset(broker, request.topic, request.consumer_group, request.queue_id,
                         request.set_zero_if_not_found.value_or(true));
  if (!offset) return Refused<Response>(offset.error());
  return Response{.offset = offset->value()};
}

}  // namespace pintle::broker
