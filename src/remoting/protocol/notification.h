// NOTIFICATION (200054): is there something to pop? Waits for it.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct NotificationRequest {
  std::string consumer_group;
  std::string topic;
  int32_t queue_id = 0;  // -1: any
  int64_t poll_ms = 0;
  int64_t born_timestamp = 0;
  bool order = false;
  std::string attempt_id;
  std::string expression_type;
  std::string expression;

  static constexpr auto kFields =
      std::tuple(Required("consumerGroup", &NotificationRequest::consumer_group),
                 Required("topic", &NotificationRequest::topic),
                 Optional("queueId", &NotificationRequest::queue_id),
                 Optional("pollTime", &NotificationRequest::poll_ms),
                 Optional("bornTime", &NotificationRequest::born_timestamp),
                 Optional("order", &NotificationRequest::order),
                 Optional("attemptId", &NotificationRequest::attempt_id),
                 Optional("expType", &NotificationRequest::expression_type),
                 Optional("exp", &NotificationRequest::expression));
};

struct NotificationResponse {
  bool has_msg = false;
  bool polling_full = false;

  static constexpr auto kFields =
      std::tuple(Required("hasMsg", &NotificationResponse::has_msg),
                 Optional("pollingFull", &NotificationResponse::polling_full));
};

}  // namespace pintle::remoting
