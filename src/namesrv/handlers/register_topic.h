// REGISTER_TOPIC_IN_NAMESRV (217): queues of one topic, without a whole registration.
#pragma once

#include "namesrv/name_server.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/register_topic_in_namesrv.h"

namespace pintle::namesrv {

struct RegisterTopic {
  static constexpr int32_t kCode = remoting::request_code::kRegisterTopicInNamesrv;
  static constexpr remoting::Access kAccess = remoting::Access::kInternal;
  using Request = remoting::RegisterTopicInNamesrvRequest;
  using Response = remoting::NoFields;

  static remoting::Reply<Response> Handle(NameServer& server, const remoting::Call<Request>& call);
};

}  // namespace pintle::namesrv
