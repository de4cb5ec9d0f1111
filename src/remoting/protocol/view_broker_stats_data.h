// VIEW_BROKER_STATS_DATA (315): one item of the broker's statistics.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct ViewBrokerStatsDataRequest {
  std::string stats_name;
  std::string stats_key;

  static constexpr auto kFields =
      std::tuple(Required("statsName", &ViewBrokerStatsDataRequest::stats_name),
                 Required("statsKey", &ViewBrokerStatsDataRequest::stats_key));
};

}  // namespace pintle::remoting
