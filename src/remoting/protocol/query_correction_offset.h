// QUERY_CORRECTION_OFFSET (308): the smallest committed offsets over groups of a topic.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct QueryCorrectionOffsetRequest {
  std::string filter_groups;
  std::string compare_group;
  std::string topic;

  static constexpr auto kFields =
      std::tuple(Optional("filterGroups", &QueryCorrectionOffsetRequest::filter_groups),
                 Required("compareGroup", &QueryCorrectionOffsetRequest::compare_group),
                 Required("topic", &QueryCorrectionOffsetRequest::topic));
};

}  // namespace pintle::remoting
