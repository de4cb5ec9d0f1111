// AUTH_CREATE_ACL (3006), AUTH_UPDATE_ACL (3007), AUTH_DELETE_ACL (3008), AUTH_GET_ACL (3009): the
// policies of one subject.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct AuthAclRequest {
  std::string subject;
  std::string policy_type;
  std::string resource;

  static constexpr auto kFields = std::tuple(Optional("subject", &AuthAclRequest::subject),
                                             Optional("policyType", &AuthAclRequest::policy_type),
                                             Optional("resource", &AuthAclRequest::resource));
};

}  // namespace pintle::remoting
