// SEND_MESSAGE_V2 (310), SEND_BATCH_MESSAGE (320), and SEND_MESSAGE (10) in its long form: store
// one message, or a batch.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "remoting/fields.h"

namespace pintle::remoting {

// Views: the request is used up before its handler first suspends.
struct SendMessageRequest {
  std::string_view producer_group;
  std::string_view topic;
  std::string_view default_topic;
  int32_t default_topic_queues = 0;
  int32_t queue_id = 0;
  int32_t sys_flag = 0;
  int64_t born_timestamp = 0;
  int32_t flag = 0;
  std::string_view properties;
  int32_t reconsume_times = 0;
  bool unit_mode = false;
  std::optional<int32_t> max_reconsume_times;
  bool batch = false;
  std::string_view broker_name;

  static constexpr auto kFields = std::tuple(
      Required("a", &SendMessageRequest::producer_group), Required("b", &SendMessageRequest::topic),
      Required("c", &SendMessageRequest::default_topic),
      Required("d", &SendMessageRequest::default_topic_queues),
      Required("e", &SendMessageRequest::queue_id), Required("f", &SendMessageRequest::sys_flag),
      Required("g", &SendMessageRequest::born_timestamp), Required("h", &SendMessageRequest::flag),
      Optional("i", &SendMessageRequest::properties),
      Optional("j", &SendMessageRequest::reconsume_times),
      Optional("k", &SendMessageRequest::unit_mode),
      Optional("l", &SendMessageRequest::max_reconsume_times),
      Optional("m", &SendMessageRequest::batch), Optional("n", &SendMessageRequest::broker_name));
};

struct SendMessageResponse {
  std::string msg_id;
  int32_t queue_id = 0;
  int64_t queue_offset = 0;
  std::string transaction_id;
  std::string batch_uniq_id;
  std::string region_id;
  std::string trace_on;

  static constexpr auto kFields = std::tuple(
      Required("msgId", &SendMessageResponse::msg_id),
      Required("queueId", &SendMessageResponse::queue_id),
      Required("queueOffset", &SendMessageResponse::queue_offset),
      Optional("transactionId", &SendMessageResponse::transaction_id),
      Optional("batchUniqId", &SendMessageResponse::batch_uniq_id),
      Optional("MSG_REGION", &SendMessageResponse::region_id),
      Optional("TRACE_ON", &SendMessageResponse::trace_on));
};

}  // namespace pintle::remoting
