// PULL_MESSAGE (11), LITE_PULL_MESSAGE (361): read from one queue, waiting briefly when it is
// empty.
#pragma once

#include <array>

#include "broker/broker.h"
#include "net/task.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/pull_message.h"

namespace pintle::broker {

struct PullMessage {
  static constexpr std::array kCodes = {remoting::request_code::kPullMessage,
                                        remoting::request_code::kLitePullMessage};
  static constexpr remoting::Access kAccess = remoting::Access::kSubscribe;
  using Request = remoting::PullMessageRequest;
  using Response = remoting::PullMessageResponse;
  static net::Task<remoting::Reply<Response>> Handle(Broker& broker, remoting::Call<Request> call);
};

}  // namespace pintle::broker
