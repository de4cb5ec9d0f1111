// GET_BROKER_CONSUME_STATS (317): the progress of all groups of a broker.
#pragma once

#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct GetBrokerConsumeStatsRequest {
  bool order = false;

  static constexpr auto kFields =
      std::tuple(Optional("isOrder", &GetBrokerConsumeStatsRequest::order));
};

}  // namespace pintle::remoting
