// DELETE_TOPIC_IN_NAMESRV (216): remove a topic from the routes.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct DeleteTopicInNamesrvRequest {
  std::string topic;
  std::string cluster_name;

  static constexpr auto kFields =
      std::tuple(Required("topic", &DeleteTopicInNamesrvRequest::topic),
                 Optional("clusterName", &DeleteTopicInNamesrvRequest::cluster_name));
};

}  // namespace pintle::remoting
