// END_TRANSACTION (37): a producer says what becomes of a half message.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/end_transaction.h"

namespace pintle::broker {

struct EndTransaction {
  static constexpr int32_t kCode = remoting::request_code::kEndTransaction;
  static constexpr remoting::Access kAccess = remoting::Access::kPublish;
  using Request = remoting::EndTransactionRequest;
  using Response = remoting::NoFields;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
