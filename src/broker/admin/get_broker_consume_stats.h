// GET_BROKER_CONSUME_STATS (317): how far every group of this broker is.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/get_broker_consume_stats.h"

namespace pintle::broker {

struct GetBrokerConsumeStats {
  static constexpr int32_t kCode = remoting::request_code::kGetBrokerConsumeStats;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::GetBrokerConsumeStatsRequest;
  using Response = remoting::NoFields;
  static net::Task<remoting::Reply<Response>> Handle(Broker& broker, remoting::Call<Request> call);
};

}  // namespace pintle::broker
