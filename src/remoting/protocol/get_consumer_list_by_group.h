// GET_CONSUMER_LIST_BY_GROUP (38): the client ids of a group. Body: bodies/name_list.h.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct GetConsumerListByGroupRequest {
  std::string consumer_group;

  static constexpr auto kFields =
      std::tuple(Required("consumerGroup", &GetConsumerListByGroupRequest::consumer_group));
};

}  // namespace pintle::remoting
