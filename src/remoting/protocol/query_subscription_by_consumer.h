// QUERY_SUBSCRIPTION_BY_CONSUMER (345): a group's subscription of a topic.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct QuerySubscriptionByConsumerRequest {
  std::string group;
  std::string topic;

  static constexpr auto kFields =
      std::tuple(Required("group", &QuerySubscriptionByConsumerRequest::group),
                 Optional("topic", &QuerySubscriptionByConsumerRequest::topic));
};

}  // namespace pintle::remoting
