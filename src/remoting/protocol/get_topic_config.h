// GET_TOPIC_CONFIG (351): one topic's configuration.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct GetTopicConfigRequest {
  std::string topic;

  static constexpr auto kFields = std::tuple(Required("topic", &GetTopicConfigRequest::topic));
};

}  // namespace pintle::remoting
