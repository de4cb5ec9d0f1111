// CONSUME_MESSAGE_DIRECTLY (309), passed on by the broker to the client: consume this message now.
// Body to the client: the message.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct ConsumeMessageDirectlyRequest {
  std::string consumer_group;
  std::string client_id;
  std::string msg_id;  // the broker's offset id
  std::string broker_name;
  std::string topic;
  std::optional<int32_t> topic_sys_flag;
  std::optional<int32_t> group_sys_flag;

  static constexpr auto kFields =
      std::tuple(Required("consumerGroup", &ConsumeMessageDirectlyRequest::consumer_group),
                 Optional("clientId", &ConsumeMessageDirectlyRequest::client_id),
                 Optional("msgId", &ConsumeMessageDirectlyRequest::msg_id),
                 Optional("brokerName", &ConsumeMessageDirectlyRequest::broker_name),
                 Optional("topic", &ConsumeMessageDirectlyRequest::topic),
                 Optional("topicSysFlag", &ConsumeMessageDirectlyRequest::topic_sys_flag),
                 Optional("groupSysFlag", &ConsumeMessageDirectlyRequest::group_sys_flag));
};

}  // namespace pintle::remoting
