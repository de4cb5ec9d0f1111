// GET_SUBSCRIPTIONGROUP_CONFIG (352): one group's configuration.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct GetSubscriptionGroupConfigRequest {
  std::string group;

  static constexpr auto kFields =
      std::tuple(Required("group", &GetSubscriptionGroupConfigRequest::group));
};

}  // namespace pintle::remoting
