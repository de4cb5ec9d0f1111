// POP_MESSAGE (200050): messages of a group, hidden from others for a time. Body: stored messages.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct PopMessageRequest {
  std::string consumer_group;
  std::string topic;
  int32_t queue_id = 0;  // -1: any
  int32_t max_messages = 0;
  int64_t invisible_ms = 0;
  int64_t poll_ms = 0;
  int64_t born_timestamp = 0;
  int32_t init_mode = 0;  // 0: from the oldest, 1: from the newest message
  std::string expression_type;
  std::string expression;
  bool order = false;
  std::string attempt_id;

  static constexpr auto kFields = std::tuple(
      Required("consumerGroup", &PopMessageRequest::consumer_group),
      Required("topic", &PopMessageRequest::topic),
      Optional("queueId", &PopMessageRequest::queue_id),
      Optional("maxMsgNums", &PopMessageRequest::max_messages),
      Optional("invisibleTime", &PopMessageRequest::invisible_ms),
      Optional("pollTime", &PopMessageRequest::poll_ms),
      Optional("bornTime", &PopMessageRequest::born_timestamp),
      Optional("initMode", &PopMessageRequest::init_mode),
      Optional("expType", &PopMessageRequest::expression_type),
      Optional("exp", &PopMessageRequest::expression), Optional("order", &PopMessageRequest::order),
      Optional("attemptId", &PopMessageRequest::attempt_id));
};

struct PopMessageResponse {
  int64_t pop_timestamp = 0;
  int64_t invisible_ms = 0;
  int32_t revive_queue_id = 0;
  int64_t rest_count = 0;  // messages left in the queues that were read
  std::string start_offset_info;
  std::string msg_offset_info;
  std::string order_count_info;

  static constexpr auto kFields =
      std::tuple(Required("popTime", &PopMessageResponse::pop_timestamp),
                 Required("invisibleTime", &PopMessageResponse::invisible_ms),
                 Required("reviveQid", &PopMessageResponse::revive_queue_id),
                 Required("restNum", &PopMessageResponse::rest_count),
                 Optional("startOffsetInfo", &PopMessageResponse::start_offset_info),
                 Optional("msgOffsetInfo", &PopMessageResponse::msg_offset_info),
                 Optional("orderCountInfo", &PopMessageResponse::order_count_info));
};

}  // namespace pintle::remoting
