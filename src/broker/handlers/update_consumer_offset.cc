#include "broker/handlers/update_consumer_offset.h"

#include "broker/handlers/answer.h"
#include "broker/ops/consumer_offset.h"

namespace pintle::broker {

remoting::Reply<UpdateConsumerOffset::Response> UpdateConsumerOffset::Handle(
    Broker& broker, const remoting::Call<Request>& call) {
  const Request& request = call.request;
  const auto committed =
      CommitConsumerOffset(broker, request.topic, request.consumer_group, request.queue_id,
                           model::QueueOffset(request.commit_offset), call.session->peer().host);
  if (!committed) return Refused<Response>(committed.error());
  remoting::Reply<Response> answer;
  switch (*committed) {
    case Committed::kDone:
      break;
    case Committed::kResetPending:
      answer.remark = "Offset has been previously reset";
      break;
  }
  return answer;
}

}  // namespace pintle::broker
