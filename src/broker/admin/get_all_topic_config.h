// GET_ALL_TOPIC_CONFIG (21): all topics with their data version, whole or by pages.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/get_all_topic_config.h"

namespace pintle::broker {

struct GetAllTopicConfig {
  static constexpr int32_t kCode = remoting::request_code::kGetAllTopicConfig;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::NoFields;
  using Response = remoting::GetAllTopicConfigResponse;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
