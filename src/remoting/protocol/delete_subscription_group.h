// DELETE_SUBSCRIPTIONGROUP (207): remove a consumer group.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct DeleteSubscriptionGroupRequest {
  std::string group_name;
  bool clean_offset = false;

  static constexpr auto kFields =
      std::tuple(Required("groupName", &DeleteSubscriptionGroupRequest::group_name),
                 Optional("cleanOffset", &DeleteSubscriptionGroupRequest::clean_offset));
};

}  // namespace pintle::remoting
