// REGISTER_TOPIC_IN_NAMESRV (217): announce the queues of one topic. Body: bodies/topic_route.h.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct RegisterTopicInNamesrvRequest {
  std::string topic;

  static constexpr auto kFields =
      std::tuple(Required("topic", &RegisterTopicInNamesrvRequest::topic));
};

}  // namespace pintle::remoting
