// VIEW_MESSAGE_BY_ID (33): one stored message by its place in the log.
#pragma once

#include "broker/broker.h"
#include "net/task.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/view_message_by_id.h"

namespace pintle::broker {

struct ViewMessageById {
  static constexpr int32_t kCode = remoting::request_code::kViewMessageById;
  static constexpr remoting::Access kAccess = remoting::Access::kSubscribe;
  using Request = remoting::ViewMessageByIdRequest;
  using Response = remoting::NoFields;
  static net::Task<remoting::Reply<Response>> Handle(Broker& broker, remoting::Call<Request> call);
};

}  // namespace pintle::broker
