// PULL_MESSAGE (11), LITE_PULL_MESSAGE (361): read from one queue, waiting briefly when it is
// empty. Body: stored messages one after the other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct PullMessageRequest {
  std::string consumer_group;
  std::string topic;
  int32_t queue_id = 0;
  int64_t queue_offset = 0;
  int32_t max_messages = 0;
  int32_t sys_flag = 0;  // kPull... bits
  int64_t commit_offset = 0;
  int64_t suspend_timeout_ms = 0;  // how long the broker may hold an empty pull
  std::string subscription;
  int64_t sub_version = 0;
  std::string expression_type;
  std::optional<int32_t> max_bytes;
  std::optional<int32_t> request_source;
  std::string proxy_client_id;

  // RocketMQ decodes this header strictly: text that is not a number is an error here, not an
  // absence.
  static constexpr bool kStrict = true;

  static constexpr auto kFields =
      std::tuple(Required("consumerGroup", &PullMessageRequest::consumer_group),
                 Required("topic", &PullMessageRequest::topic),
                 Required("queueId", &PullMessageRequest::queue_id),
                 Required("queueOffset", &PullMessageRequest::queue_offset),
                 Required("maxMsgNums", &PullMessageRequest::max_messages),
                 Optional("sysFlag", &PullMessageRequest::sys_flag),
                 Optional("commitOffset", &PullMessageRequest::commit_offset),
                 Optional("suspendTimeoutMillis", &PullMessageRequest::suspend_timeout_ms),
                 Optional("subscription", &PullMessageRequest::subscription),
                 Optional("subVersion", &PullMessageRequest::sub_version),
                 Optional("expressionType", &PullMessageRequest::expression_type),
                 Optional("maxMsgBytes", &PullMessageRequest::max_bytes),
                 Optional("requestSource", &PullMessageRequest::request_source),
                 Optional("proxyFrowardClientId", &PullMessageRequest::proxy_client_id));
};

struct PullMessageResponse {
  int64_t suggest_broker_id = 0;  // 0: the master
  int64_t next_begin_offset = 0;
  int64_t min_offset = 0;
  int64_t max_offset = 0;
  std::optional<int64_t> offset_delta;
  std::optional<int32_t> topic_sys_flag;
  std::optional<int32_t> group_sys_flag;
  std::optional<int32_t> forbidden_type;

  // RocketMQ decodes this header strictly: text that is not a number is an error here, not an
  // absence.
  static constexpr bool kStrict = true;

  static constexpr auto kFields =
      std::tuple(Required("suggestWhichBrokerId", &PullMessageResponse::suggest_broker_id),
                 Required("nextBeginOffset", &PullMessageResponse::next_begin_offset),
                 Required("minOffset", &PullMessageResponse::min_offset),
                 Required("maxOffset", &PullMessageResponse::max_offset),
                 Optional("offsetDelta", &PullMessageResponse::offset_delta),
                 Optional("topicSysFlag", &PullMessageResponse::topic_sys_flag),
                 Optional("groupSysFlag", &PullMessageResponse::group_sys_flag),
                 Optional("forbiddenType", &PullMessageResponse::forbidden_type));
};

}  // namespace pintle::remoting
