// AUTH_LIST_ACL (3010): policies by subject and resource.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct AuthListAclRequest {
  std::string subject_filter;
  std::string resource_filter;

  static constexpr auto kFields =
      std::tuple(Optional("subjectFilter", &AuthListAclRequest::subject_filter),
                 Optional("resourceFilter", &AuthListAclRequest::resource_filter));
};

}  // namespace pintle::remoting
