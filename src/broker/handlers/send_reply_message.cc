#include "broker/handlers/send_reply_message.h"

#include <string>
#include <utility>

#include "base/log.h"
#include "broker/handlers/answer.h"
#include "broker/handlers/send_message.h"
#include "broker/ops/put_message.h"
#include "broker/ops/send_target.h"
#include "model/properties.h"
#include "remoting/protocol/push_reply_message_to_client.h"

namespace pintle::broker {
namespace {

using remoting::Call;
using remoting::SendMessageRequest;
using remoting::SendMessageResponse;
using SendReply = remoting::Reply<SendMessageResponse>;

constexpr int64_t kPushTimeoutMs = 10'000;
constexpr std::string_view kPushReplyTime = "PUSH_REPLY_TIME";

// What the asker is sent; owned, because it waits for the answer.
struct Push {
  SessionPointer session;  // nullptr: `failure` says why nobody can be told
  std::string client_id;
  remoting::FieldList fields;
  std::string body;
  std::string failure;
};

Push PreparePush(Broker& broker, const Call<SendMessageRequest>& call) {
  const SendMessageRequest& from = call.request;
  Push push;
  model::Properties properties = model::Properties::Parse(from.properties);
  const auto client_id = properties.Get(model::property::kReplyToClient);
  if (!client_id) {
    push.failure =
        fmt::format("reply message properties[{}] is null", model::property::kReplyToClient);
    return push;
  }
  push.client_id = *client_id;
  push.session = broker.clients().FindProducer(push.client_id);
  if (push.session == nullptr) {
    push.failure =
        fmt::format("push reply message fail, channel of <{}> not found.", push.client_id);
    return push;
  }
  const int64_t now_ms = broker.clock().WallMs();
  properties.Set(kPushReplyTime, std::to_string(now_ms));
  remoting::PushReplyMessageToClientRequest to;
  to.producer_group = from.producer_group;
  to.topic = from.topic;
  to.default_topic = from.default_topic;
  to.default_topic_queues = from.default_topic_queues;
  to.queue_id = from.queue_id;
  to.sys_flag = from.sys_flag;
  to.born_timestamp = from.born_timestamp;
  to.flag = from.flag;
  to.properties = properties.ToText();
  to.reconsume_times = from.reconsume_times;
  to.unit_mode = from.unit_mode;
  to.born_host = broker.peers().Of(*call.session).ToString();
  to.store_host = broker.address().host.ToString();
  to.store_timestamp = now_ms;
  push.fields = remoting::ToFieldList(to);
  push.body = std::string(AsText(call.body));
  return push;
}

net::Task<SendReply> Answer(Broker& broker, Call<SendMessageRequest> call) {
  // The request's bytes are gone once something is waited for: all of it is used up before.
  Push push = PreparePush(broker, call);
  PutRequest request = ToPutRequest(broker, call);
  request.is_reply = true;
  SendReply reply;
  reply.fields.msg_id = "0";
  SetTraceFields(broker, reply.fields);
  model::LogOffset end;
  bool wait_durable = false;
  if (broker.options().store_replies) {
    const auto put = PutMessage(broker, request);
    if (!put) co_return RefusedSend(broker, put.error());
    const model::OffsetMessageId id{broker.address().host, put->offset};
    id.Format(reply.fields.msg_id.Fill(id.store_host.is_v6() ? 56 : 32));
    reply.fields.queue_id = put->queue_id;
    reply.fields.queue_offset = put->queue_offset.value();
    end = put->end;
    wait_durable = put->wait_durable;
  } else {
    const auto target = ChooseSendTarget(
        broker, {request.topic, request.default_topic, request.default_topic_queues,
                 request.queue_id, request.unit_mode, request.born_host});
    if (!target) co_return RefusedSend(broker, target.error());
    reply.fields.queue_id = target->queue_id;
  }

  net::Loop& loop = call.session->loop();
  if (push.session != nullptr) {
    auto asked =
        co_await push.session->Invoke(loop, remoting::request_code::kPushReplyMessageToClient,
                                      std::move(push.fields), std::move(push.body), kPushTimeoutMs);
    const bool taken = asked && (*asked)->code() == remoting::ResponseCode::kSuccess;
    if (!taken) push.failure = fmt::format("push reply message to {}fail.", push.client_id);
  }
  if (wait_durable) (void)co_await broker.durable().Reaches(loop, end);
  if (!push.failure.empty()) {
    PINTLE_LOG(kWarn, "broker: a reply does not reach who asked: {}", push.failure);
    reply.code = remoting::ResponseCode::kSystemError;
    reply.remark = push.failure;
  }
  co_return std::move(reply);
}

}  // namespace

net::Task<SendReply> SendReplyMessage::Handle(Broker& broker, Call<Request> call) {
  return Answer(broker, std::move(call));
}

net::Task<SendReply> SendReplyMessageLong::Handle(Broker& broker, Call<Request> call) {
  return Answer(broker, WithShortNames(call));
}

}  // namespace pintle::broker
