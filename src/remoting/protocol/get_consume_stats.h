// GET_CONSUME_STATS (208): a group's progress in every queue. Body: bodies/queue_stats.h.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct GetConsumeStatsRequest {
  std::string consumer_group;
  std::string topic;
  std::string topic_list;  // separated by ';'

  static constexpr auto kFields =
      std::tuple(Required("consumerGroup", &GetConsumeStatsRequest::consumer_group),
                 Optional("topic", &GetConsumeStatsRequest::topic),
                 Optional("topicList", &GetConsumeStatsRequest::topic_list));
};

}  // namespace pintle::remoting
