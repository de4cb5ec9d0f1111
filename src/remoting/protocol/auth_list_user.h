// AUTH_LIST_USER (3005): users whose names contain a text.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct AuthListUserRequest {
  std::string filter;

  static constexpr auto kFields = std::tuple(Optional("filter", &AuthListUserRequest::filter));
};

}  // namespace pintle::remoting
