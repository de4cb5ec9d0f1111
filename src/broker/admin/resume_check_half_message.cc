#include "broker/admin/resume_check_half_message.h"

#include "broker/handlers/answer.h"
#include "broker/transactions/transactions.h"
#include "model/message_id.h"

namespace pintle::broker {

remoting::Reply<ResumeCheckHalfMessage::Response> ResumeCheckHalfMessage::Handle(
    Broker& broker, const remoting::Call<Request>& call) {
  const auto id = model::OffsetMessageId::Parse(call.request.msg_id);
  if (!id) {
    return {remoting::ResponseCode::kSystemError,
            fmt::format("\"{}\" is no message id of a broker", call.request.msg_id)};
  }
  if (const auto resumed = broker.transactions().Resume(id->offset); !resumed)
    return Refused<Response>(resumed.error());
  return {};
}

}  // namespace pintle::broker
