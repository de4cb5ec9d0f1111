#include "broker/handlers/consumer_send_msg_back.h"

#include "broker/background.h"
#include "broker/handlers/answer.h"
#include "broker/ops/send_back.h"
#include "broker/ops/topics.h"

namespace pintle::broker {
namespace {

using SendBackReply = remoting::Reply<ConsumerSendMsgBack::Response>;

constexpr int32_t kVersionWithMaxReconsumeTimes = 121;  // V3_4_9
// So close to the log's end a message is in memory: it was hardly read before it comes back.
constexpr int64_t kRecentBytes = int64_t{64} << 20;

SendBackRequest ToSendBack(const remoting::Call<ConsumerSendMsgBack::Request>& call) {
  SendBackRequest to;
  to.group = call.request.group;
  to.offset = model::LogOffset(call.request.offset);
  to.delay_level = call.request.delay_level;
  to.unit_mode = call.request.unit_mode;
  if (call.head.version >= kVersionWithMaxReconsumeTimes)
    to.max_reconsume_times = call.request.max_reconsume_times;
  return to;
}

}  // namespace

net::Task<SendBackReply> ConsumerSendMsgBack::Handle(Broker& broker, remoting::Call<Request> call) {
  net::Loop& loop = call.session->loop();
  const SendBackRequest request = ToSendBack(call);
  Outcome<SentBack> sent;
  const model::LogOffset recent = broker.store().appended() - kRecentBytes;
  if (request.offset >= recent) {
    sent = SendBack(broker, request);
  } else {
    auto working = InBackground(broker.executor(), loop,
                                [&broker, &request] { return SendBack(broker, request); });
    auto result = co_await working;
    if (!result) co_return Refused<Response>(result.error());
    sent = *std::move(result);
  }
  if (!sent) co_return Refused<Response>(sent.error());
  // The consumer goes on past the message: it must not be told so before the copy is safe.
  if (sent->stored && broker.options().sync_flush) {
    const Durability reached = co_await broker.durable().Reaches(loop, sent->end);
    if (reached == Durability::kFailed)
      co_return SendBackReply(remoting::ResponseCode::kSystemError, "the disk has failed");
  }
  if (sent->topic_change != 0) {
    const Status written = co_await TopicSettled(broker, loop, sent->topic_change);
    if (!written) co_return Refused<Response>(written.error());
  }
  co_return SendBackReply();
}

}  // namespace pintle::broker
