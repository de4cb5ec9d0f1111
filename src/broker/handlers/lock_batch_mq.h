// LOCK_BATCH_MQ (41): a client of a group takes queues for itself, or renews what it has.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"

namespace pintle::broker {

struct LockBatchMq {
  static constexpr int32_t kCode = remoting::request_code::kLockBatchMq;
  static constexpr remoting::Access kAccess = remoting::Access::kSubscribe;
  using Request = remoting::NoFields;
  using Response = remoting::NoFields;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
