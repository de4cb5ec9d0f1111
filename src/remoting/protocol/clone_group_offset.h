// CLONE_GROUP_OFFSET (314): give a group the offsets of another.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct CloneGroupOffsetRequest {
  std::string src_group;
  std::string dest_group;
  std::string topic;
  bool offline = false;

  static constexpr auto kFields =
      std::tuple(Required("srcGroup", &CloneGroupOffsetRequest::src_group),
                 Required("destGroup", &CloneGroupOffsetRequest::dest_group),
                 Optional("topic", &CloneGroupOffsetRequest::topic),
                 Optional("offline", &CloneGroupOffsetRequest::offline));
};

}  // namespace pintle::remoting
