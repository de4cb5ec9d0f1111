// SEND_MESSAGE_V2 (310), SEND_BATCH_MESSAGE (320), SEND_REPLY_MESSAGE_V2 (325), and in their long
// form SEND_MESSAGE (10), SEND_REPLY_MESSAGE (324): store one message, or a batch. Body: the
// message's body, or the batch.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

// Views: the request is used up before its handler first suspends.
struct SendMessageRequest {
  std::string_view producer_group;
  std::string_view topic;
  std::string_view default_topic;
  int32_t default_topic_queues = 4;  // as clients ask for
  int32_t queue_id = 0;              // below 0: the broker chooses
  int32_t sys_flag = 0;
  int64_t born_timestamp = 0;
  int32_t flag = 0;
  std::string_view properties;
  int32_t reconsume_times = 0;
  bool unit_mode = false;
  std::optional<int32_t> max_reconsume_times;
  bool batch = false;  // what makes a batch, whatever the code
  std::string_view broker_name;

  // RocketMQ decodes this header strictly: text that is not a number is an error here, not an
  // absence.
  static constexpr bool kStrict = true;

  static constexpr auto kFields = std::tuple(
      Optional("a", &SendMessageRequest::producer_group), Required("b", &SendMessageRequest::topic),
      Optional("c", &SendMessageRequest::default_topic),
      Optional("d", &SendMessageRequest::default_topic_queues),
      Required("e", &SendMessageRequest::queue_id), Required("f", &SendMessageRequest::sys_flag),
      Required("g", &SendMessageRequest::born_timestamp), Required("h", &SendMessageRequest::flag),
      Optional("i", &SendMessageRequest::properties),
      Optional("j", &SendMessageRequest::reconsume_times),
      Optional("k", &SendMessageRequest::unit_mode),
      Optional("l", &SendMessageRequest::max_reconsume_times),
      Optional("m", &SendMessageRequest::batch), Optional("n", &SendMessageRequest::broker_name));
};

// The same with the names that codes 10 and 324 use.
struct SendMessageLongRequest : SendMessageRequest {
  static constexpr bool kStrict = false;

  static constexpr auto kFields =
      std::tuple(Optional("producerGroup", &SendMessageRequest::producer_group),
                 Required("topic", &SendMessageRequest::topic),
                 Optional("defaultTopic", &SendMessageRequest::default_topic),
                 Optional("defaultTopicQueueNums", &SendMessageRequest::default_topic_queues),
                 Required("queueId", &SendMessageRequest::queue_id),
                 Required("sysFlag", &SendMessageRequest::sys_flag),
                 Required("bornTimestamp", &SendMessageRequest::born_timestamp),
                 Required("flag", &SendMessageRequest::flag),
                 Optional("properties", &SendMessageRequest::properties),
                 Optional("reconsumeTimes", &SendMessageRequest::reconsume_times),
                 Optional("unitMode", &SendMessageRequest::unit_mode),
                 Optional("maxReconsumeTimes", &SendMessageRequest::max_reconsume_times),
                 Optional("batch", &SendMessageRequest::batch),
                 Optional("bname", &SendMessageRequest::broker_name));
};

struct SendMessageResponse {
  ShortText<64> msg_id;  // the offset id; of a batch all of them, separated by commas
  int32_t queue_id = 0;
  int64_t queue_offset = 0;
  ShortText<64> transaction_id;  // UNIQ_KEY
  ShortText<64> batch_uniq_id;
  std::string recall_handle;
  ShortText<32> region_id;
  ShortText<8> trace_on;

  static constexpr auto kFields =
      std::tuple(Required("msgId", &SendMessageResponse::msg_id),
                 Required("queueId", &SendMessageResponse::queue_id),
                 Required("queueOffset", &SendMessageResponse::queue_offset),
                 Optional("transactionId", &SendMessageResponse::transaction_id),
                 Optional("batchUniqId", &SendMessageResponse::batch_uniq_id),
                 Optional("recallHandle", &SendMessageResponse::recall_handle),
                 Optional("MSG_REGION", &SendMessageResponse::region_id),
                 Optional("TRACE_ON", &SendMessageResponse::trace_on));
};

}  // namespace pintle::remoting
