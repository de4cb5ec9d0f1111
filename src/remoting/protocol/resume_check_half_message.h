// RESUME_CHECK_HALF_MESSAGE (323): check a half message from the start again.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct ResumeCheckHalfMessageRequest {
  std::string topic;
  std::string msg_id;

  static constexpr auto kFields =
      std::tuple(Optional("topic", &ResumeCheckHalfMessageRequest::topic),
                 Optional("msgId", &ResumeCheckHalfMessageRequest::msg_id));
};

}  // namespace pintle::remoting
