// GET_BROKER_MEMBER_GROUP (901): the ids and addresses of one broker name.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct GetBrokerMemberGroupRequest {
  std::string cluster_name;
  std::string broker_name;

  static constexpr auto kFields =
      std::tuple(Required("clusterName", &GetBrokerMemberGroupRequest::cluster_name),
                 Required("brokerName", &GetBrokerMemberGroupRequest::broker_name));
};

}  // namespace pintle::remoting
