// GET_TOPIC_STATS_INFO (202): the first and last offset of every queue of a topic. Body:
// bodies/queue_stats.h.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct GetTopicStatsInfoRequest {
  std::string topic;

  static constexpr auto kFields = std::tuple(Required("topic", &GetTopicStatsInfoRequest::topic));
};

}  // namespace pintle::remoting
