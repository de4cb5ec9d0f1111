// DELETE_TOPIC_IN_BROKER (215): remove a topic and its messages.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct DeleteTopicInBrokerRequest {
  std::string topic;

  static constexpr auto kFields = std::tuple(Required("topic", &DeleteTopicInBrokerRequest::topic));
};

}  // namespace pintle::remoting
