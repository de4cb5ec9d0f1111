// CONSUMER_SEND_MSG_BACK (36): a message that a consumer could not deal with comes again later.
#pragma once

#include "broker/broker.h"
#include "net/task.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/consumer_send_msg_back.h"

namespace pintle::broker {

struct ConsumerSendMsgBack {
  static constexpr int32_t kCode = remoting::request_code::kConsumerSendMsgBack;
  static constexpr remoting::Access kAccess = remoting::Access::kSubscribe;
  using Request = remoting::ConsumerSendMsgBackRequest;
  using Response = remoting::NoFields;
  static net::Task<remoting::Reply<Response>> Handle(Broker& broker, remoting::Call<Request> call);
};

}  // namespace pintle::broker
