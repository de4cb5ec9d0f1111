#include "broker/handlers/unlock_batch_mq.h"

#include "remoting/bodies/lock_batch.h"

namespace pintle::broker {

remoting::Reply<UnlockBatchMq::Response> UnlockBatchMq::Handle(
    Broker& broker, const remoting::Call<Request>& call) {
  const auto batch = remoting::DecodeLockBatch(call.body);
  if (!batch) return {remoting::ResponseCode::kSystemError, batch.error().message};
  broker.queue_locks().Unlock(batch->group, batch->client_id, batch->queues);
  return {};
}

}  // namespace pintle::broker
