#include "broker/handlers/lock_batch_mq.h"

#include "broker/handlers/answer.h"
#include "remoting/bodies/lock_batch.h"

namespace pintle::broker {

remoting::Reply<LockBatchMq::Response> LockBatchMq::Handle(Broker& broker,
                                                           const remoting::Call<Request>& call) {
  const auto batch = remoting::DecodeLockBatch(call.body);
  if (!batch) return {remoting::ResponseCode::kSystemError, batch.error().message};
  remoting::Reply<Response> answer;
  answer.body.owned = remoting::EncodeLockedQueues(
      broker.queue_locks().Lock(batch->group, batch->client_id, batch->queues));
  return answer;
}

}  // namespace pintle::broker
