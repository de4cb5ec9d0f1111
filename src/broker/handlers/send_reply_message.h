// SEND_REPLY_MESSAGE_V2 (325), SEND_REPLY_MESSAGE (324): a consumer's reply, for the producer that
// asked.
#pragma once

#include "broker/broker.h"
#include "net/task.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/send_message.h"

namespace pintle::broker {

struct SendReplyMessage {
  static constexpr int32_t kCode = remoting::request_code::kSendReplyMessageV2;
  static constexpr remoting::Access kAccess = remoting::Access::kPublish;
  using Request = remoting::SendMessageRequest;
  using Response = remoting::SendMessageResponse;
  static net::Task<remoting::Reply<Response>> Handle(Broker& broker, remoting::Call<Request> call);
};

// The same with long field names.
struct SendReplyMessageLong {
  static constexpr int32_t kCode = remoting::request_code::kSendReplyMessage;
  static constexpr remoting::Access kAccess = remoting::Access::kPublish;
  using Request = remoting::SendMessageLongRequest;
  using Response = remoting::SendMessageResponse;
  static net::Task<remoting::Reply<Response>> Handle(Broker& broker, remoting::Call<Request> call);
};

}  // namespace pintle::broker
