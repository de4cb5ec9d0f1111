// SEND_MESSAGE_V2 (310), SEND_BATCH_MESSAGE (320), SEND_MESSAGE (10): store one message, or a
// batch.
#pragma once

#include <array>

#include "broker/broker.h"
#include "broker/ops/put_message.h"
#include "broker/refusal.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/send_message.h"

namespace pintle::broker {

struct SendMessage {
  static constexpr std::array kCodes = {remoting::request_code::kSendMessageV2,
                                        remoting::request_code::kSendBatchMessage};
  static constexpr remoting::Access kAccess = remoting::Access::kPublish;
  using Request = remoting::SendMessageRequest;
  using Response = remoting::SendMessageResponse;
  static remoting::NowOrLater<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

// The same with long field names.
struct SendMessageLong {
  static constexpr int32_t kCode = remoting::request_code::kSendMessage;
  static constexpr remoting::Access kAccess = remoting::Access::kPublish;
  using Request = remoting::SendMessageLongRequest;
  using Response = remoting::SendMessageResponse;
  static remoting::NowOrLater<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

// What replies (324, 325) share with it.
PutRequest ToPutRequest(Broker& broker, const remoting::Call<remoting::SendMessageRequest>& call);
remoting::Call<remoting::SendMessageRequest> WithShortNames(
    const remoting::Call<remoting::SendMessageLongRequest>& call);
// The fields that are told with every answer, errors too: producers trace messages by them.
void SetTraceFields(const Broker& broker, remoting::SendMessageResponse& fields);
remoting::Reply<remoting::SendMessageResponse> RefusedSend(const Broker& broker,
                                                           const Refusal& refusal);

}  // namespace pintle::broker
