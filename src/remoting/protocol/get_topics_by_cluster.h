// GET_TOPICS_BY_CLUSTER (224): the topics of a cluster. Body: bodies/name_list.h.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct GetTopicsByClusterRequest {
  std::string cluster;

  static constexpr auto kFields =
      std::tuple(Required("cluster", &GetTopicsByClusterRequest::cluster));
};

}  // namespace pintle::remoting
