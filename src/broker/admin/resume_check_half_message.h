// RESUME_CHECK_HALF_MESSAGE (323): a half message that was put aside is asked about again.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/resume_check_half_message.h"

namespace pintle::broker {

struct ResumeCheckHalfMessage {
  static constexpr int32_t kCode = remoting::request_code::kResumeCheckHalfMessage;
  static constexpr remoting::Access kAccess = remoting::Access::kManage;
  using Request = remoting::ResumeCheckHalfMessageRequest;
  using Response = remoting::NoFields;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
