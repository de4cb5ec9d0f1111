// VIEW_MESSAGE_BY_ID (33): one stored message by its place in the log. Body: the message.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct ViewMessageByIdRequest {
  std::string topic;
  int64_t offset = 0;  // in the commit log

  static constexpr auto kFields = std::tuple(Optional("topic", &ViewMessageByIdRequest::topic),
                                             Required("offset", &ViewMessageByIdRequest::offset));
};

}  // namespace pintle::remoting
