// GET_ROUTEINFO_BY_TOPIC (105): where a topic's queues are. Body: bodies/topic_route.h.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct GetRouteInfoByTopicRequest {
  std::string topic;
  bool accept_standard_json_only = false;

  static constexpr auto kFields = std::tuple(
      Required("topic", &GetRouteInfoByTopicRequest::topic),
      Optional("acceptStandardJsonOnly", &GetRouteInfoByTopicRequest::accept_standard_json_only));
};

}  // namespace pintle::remoting
