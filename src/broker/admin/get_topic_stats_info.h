// GET_TOPIC_STATS_INFO (202): offsets and last store time of each queue of a topic.
#pragma once

#include "broker/broker.h"
#include "net/task.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/get_topic_stats_info.h"

namespace pintle::broker {

struct GetTopicStatsInfo {
  static constexpr int32_t kCode = remoting::request_code::kGetTopicStatsInfo;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::GetTopicStatsInfoRequest;
  using Response = remoting::NoFields;
  static net::Task<remoting::Reply<Response>> Handle(Broker& broker, remoting::Call<Request> call);
};

}  // namespace pintle::broker
