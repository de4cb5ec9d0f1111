// QUERY_TOPICS_BY_CONSUMER (343): the topics that a group has offsets in. Body: bodies/name_list.h.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct QueryTopicsByConsumerRequest {
  std::string group;

  static constexpr auto kFields =
      std::tuple(Required("group", &QueryTopicsByConsumerRequest::group));
};

}  // namespace pintle::remoting
