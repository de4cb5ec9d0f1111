// GET_CONSUME_STATS (208): how far a group is behind, queue by queue.
#pragma once

#include "broker/broker.h"
#include "net/task.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/get_consume_stats.h"

namespace pintle::broker {

struct GetConsumeStats {
  static constexpr int32_t kCode = remoting::request_code::kGetConsumeStats;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::GetConsumeStatsRequest;
  using Response = remoting::NoFields;
  static net::Task<remoting::Reply<Response>> Handle(Broker& broker, remoting::Call<Request> call);
};

}  // namespace pintle::broker
