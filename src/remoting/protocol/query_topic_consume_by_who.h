// QUERY_TOPIC_CONSUME_BY_WHO (300): the groups that consume a topic. Body: bodies/name_list.h.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct QueryTopicConsumeByWhoRequest {
  std::string topic;

  static constexpr auto kFields =
      std::tuple(Required("topic", &QueryTopicConsumeByWhoRequest::topic));
};

}  // namespace pintle::remoting
