// GET_ALL_TOPIC_CONFIG (21): all topics with their data version, whole or by pages. Old callers
// send no header at all: decode it only when `topicSeq` is there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct GetAllTopicConfigRequest {
  int32_t topic_seq = 0;  // page start; -1 or no header at all: everything
  std::string data_version;
  int32_t max_topics = 0;

  static constexpr auto kFields =
      std::tuple(Required("topicSeq", &GetAllTopicConfigRequest::topic_seq),
                 Optional("dataVersion", &GetAllTopicConfigRequest::data_version),
                 Optional("maxTopicNum", &GetAllTopicConfigRequest::max_topics));
};

struct GetAllTopicConfigResponse {
  std::optional<int32_t> total_topics;

  static constexpr auto kFields =
      std::tuple(Optional("totalTopicNum", &GetAllTopicConfigResponse::total_topics));
};

}  // namespace pintle::remoting
