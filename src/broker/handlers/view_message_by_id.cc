#include "broker/handlers/view_message_by_id.h"

#include "broker/background.h"
#include "broker/handlers/answer.h"

namespace pintle::broker {

net::Task<remoting::Reply<ViewMessageById::Response>> ViewMessageById::Handle(
    Broker& broker, remoting::Call<Request> call) {
  net::Loop& loop = call.session->loop();
  const model::LogOffset offset(call.request.offset);
  auto reading = InBackground(broker.executor(), loop,
                              [&broker, offset] { return broker.store().ReadRecord(offset); });
  auto read = co_await reading;
  if (!read) co_return Refused<Response>(read.error());
  if (!*read) {
    co_return remoting::Reply<Response>(
        remoting::ResponseCode::kSystemError,
        fmt::format("can not find message by the offset, {}", offset));
  }
  remoting::Reply<Response> answer;
  answer.body.pinned.push_back({(*read)->bytes, (*read)->pin});
  co_return std::move(answer);
}

}  // namespace pintle::broker
