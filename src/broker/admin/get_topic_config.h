// GET_TOPIC_CONFIG (351): one topic's configuration.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/get_topic_config.h"

namespace pintle::broker {

struct GetTopicConfig {
  static constexpr int32_t kCode = remoting::request_code::kGetTopicConfig;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::GetTopicConfigRequest;
  using Response = remoting::NoFields;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
