// NOTIFY_CONSUMER_IDS_CHANGED (40), from the broker to a consumer: the members of the group
// changed: share the queues out again.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct NotifyConsumerIdsChangedRequest {
  std::string consumer_group;

  static constexpr auto kFields =
      std::tuple(Required("consumerGroup", &NotifyConsumerIdsChangedRequest::consumer_group));
};

}  // namespace pintle::remoting
