// UPDATE_AND_CREATE_TOPIC (17): make or change a topic.
#pragma once

#include "broker/broker.h"
#include "net/task.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/update_and_create_topic.h"

namespace pintle::broker {

struct UpdateAndCreateTopic {
  static constexpr int32_t kCode = remoting::request_code::kUpdateAndCreateTopic;
  static constexpr remoting::Access kAccess = remoting::Access::kManage;
  using Request = remoting::UpdateAndCreateTopicRequest;
  using Response = remoting::NoFields;
  static net::Task<remoting::Reply<Response>> Handle(Broker& broker, remoting::Call<Request> call);
};

}  // namespace pintle::broker
