// QUERY_CONSUME_TIME_SPAN (303): the oldest, newest and consumed times of every queue.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct QueryConsumeTimeSpanRequest {
  std::string topic;
  std::string group;

  static constexpr auto kFields =
      std::tuple(Required("topic", &QueryConsumeTimeSpanRequest::topic),
                 Required("group", &QueryConsumeTimeSpanRequest::group));
};

}  // namespace pintle::remoting
