// QUERY_MESSAGE (12): messages of a topic by key, from the index. Body: stored messages one after
// the other. The loose field `_UNIQUE_KEY_QUERY`=true says that `key` is a UNIQ_KEY.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct QueryMessageRequest {
  std::string topic;
  std::string key;
  int32_t max_messages = 0;
  int64_t begin_timestamp = 0;
  int64_t end_timestamp = 0;
  std::string index_type;
  std::string last_key;  // where the page before ended

  static constexpr auto kFields = std::tuple(
      Required("topic", &QueryMessageRequest::topic), Required("key", &QueryMessageRequest::key),
      Required("maxNum", &QueryMessageRequest::max_messages),
      Required("beginTimestamp", &QueryMessageRequest::begin_timestamp),
      Required("endTimestamp", &QueryMessageRequest::end_timestamp),
      Optional("indexType", &QueryMessageRequest::index_type),
      Optional("lastKey", &QueryMessageRequest::last_key));
};

struct QueryMessageResponse {
  int64_t index_last_update_timestamp = 0;
  int64_t index_last_update_offset = 0;

  static constexpr auto kFields = std::tuple(
      Required("indexLastUpdateTimestamp", &QueryMessageResponse::index_last_update_timestamp),
      Required("indexLastUpdatePhyoffset", &QueryMessageResponse::index_last_update_offset));
};

}  // namespace pintle::remoting
