// RECALL_MESSAGE (370): take a timed message back.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct RecallMessageRequest {
  std::string producer_group;
  std::string topic;
  std::string recall_handle;

  static constexpr auto kFields =
      std::tuple(Optional("producerGroup", &RecallMessageRequest::producer_group),
                 Required("topic", &RecallMessageRequest::topic),
                 Required("recallHandle", &RecallMessageRequest::recall_handle));
};

struct RecallMessageResponse {
  std::string msg_id;

  static constexpr auto kFields = std::tuple(Required("msgId", &RecallMessageResponse::msg_id));
};

}  // namespace pintle::remoting
