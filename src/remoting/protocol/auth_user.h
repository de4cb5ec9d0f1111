// AUTH_CREATE_USER (3001), AUTH_UPDATE_USER (3002), AUTH_DELETE_USER (3003), AUTH_GET_USER (3004):
// one user.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct AuthUserRequest {
  std::string username;

  static constexpr auto kFields = std::tuple(Optional("username", &AuthUserRequest::username));
};

}  // namespace pintle::remoting
