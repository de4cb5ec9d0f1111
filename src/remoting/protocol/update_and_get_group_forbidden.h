// UPDATE_AND_GET_GROUP_FORBIDDEN (353): forbid a group to read a topic, or allow it again.
#pragma once

#include <optional>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct UpdateAndGetGroupForbiddenRequest {
  std::string group;
  std::string topic;
  std::optional<bool> readable;

  static constexpr auto kFields =
      std::tuple(Required("group", &UpdateAndGetGroupForbiddenRequest::group),
                 Required("topic", &UpdateAndGetGroupForbiddenRequest::topic),
                 Optional("readable", &UpdateAndGetGroupForbiddenRequest::readable));
};

}  // namespace pintle::remoting
