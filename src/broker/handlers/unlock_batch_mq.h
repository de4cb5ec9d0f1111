// UNLOCK_BATCH_MQ (42): a client gives back queues.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"

namespace pintle::broker {

struct UnlockBatchMq {
  static constexpr int32_t kCode = remoting::request_code::kUnlockBatchMq;
  static constexpr remoting::Access kAccess = remoting::Access::kSubscribe;
  using Request = remoting::NoFields;
  using Response = remoting::NoFields;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
