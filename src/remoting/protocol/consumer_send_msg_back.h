// CONSUMER_SEND_MSG_BACK (36): a message that could not be consumed goes to the retry topic.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct ConsumerSendMsgBackRequest {
  int64_t offset = 0;  // the message's place in the commit log
  std::string group;
  int32_t delay_level = 0;  // 0: the broker decides; below 0: to the dead-letter queue
  std::string origin_msg_id;
  std::string origin_topic;
  bool unit_mode = false;
  std::optional<int32_t> max_reconsume_times;  // absent: the group's own

  static constexpr auto kFields =
      std::tuple(Required("offset", &ConsumerSendMsgBackRequest::offset),
                 Required("group", &ConsumerSendMsgBackRequest::group),
                 Required("delayLevel", &ConsumerSendMsgBackRequest::delay_level),
                 Optional("originMsgId", &ConsumerSendMsgBackRequest::origin_msg_id),
                 Optional("originTopic", &ConsumerSendMsgBackRequest::origin_topic),
                 Optional("unitMode", &ConsumerSendMsgBackRequest::unit_mode),
                 Optional("maxReconsumeTimes", &ConsumerSendMsgBackRequest::max_reconsume_times));
};

}  // namespace pintle::remoting
