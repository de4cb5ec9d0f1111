// PUSH_REPLY_MESSAGE_TO_CLIENT (326), from the broker to a producer: the answer to a request
// message. Body: its body.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct PushReplyMessageToClientRequest {
  std::string producer_group;
  std::string topic;
  std::string default_topic;
  int32_t default_topic_queues = 0;
  int32_t queue_id = 0;
  int32_t sys_flag = 0;
  int64_t born_timestamp = 0;
  int32_t flag = 0;
  std::string properties;
  int32_t reconsume_times = 0;
  bool unit_mode = false;
  std::string born_host;
  std::string store_host;
  int64_t store_timestamp = 0;

  static constexpr auto kFields = std::tuple(
      Optional("producerGroup", &PushReplyMessageToClientRequest::producer_group),
      Required("topic", &PushReplyMessageToClientRequest::topic),
      Optional("defaultTopic", &PushReplyMessageToClientRequest::default_topic),
      Optional("defaultTopicQueueNums", &PushReplyMessageToClientRequest::default_topic_queues),
      Required("queueId", &PushReplyMessageToClientRequest::queue_id),
      Required("sysFlag", &PushReplyMessageToClientRequest::sys_flag),
      Required("bornTimestamp", &PushReplyMessageToClientRequest::born_timestamp),
      Required("flag", &PushReplyMessageToClientRequest::flag),
      Optional("properties", &PushReplyMessageToClientRequest::properties),
      Optional("reconsumeTimes", &PushReplyMessageToClientRequest::reconsume_times),
      Optional("unitMode", &PushReplyMessageToClientRequest::unit_mode),
      Required("bornHost", &PushReplyMessageToClientRequest::born_host),
      Required("storeHost", &PushReplyMessageToClientRequest::store_host),
      Optional("storeTimestamp", &PushReplyMessageToClientRequest::store_timestamp));
};

}  // namespace pintle::remoting
