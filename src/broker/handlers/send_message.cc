#include "broker/handlers/send_message.h"

#include "broker/handlers/answer.h"
#include "broker/ops/put_batch.h"
#include "broker/ops/put_message.h"
#include "model/message_id.h"
#include "model/properties.h"

namespace pintle::broker {
namespace {

using remoting::Call;
using remoting::Reply;
using remoting::SendMessageRequest;
using remoting::SendMessageResponse;
using SendReply = Reply<SendMessageResponse>;

constexpr int32_t kVersionWithMaxReconsumeTimes = 121;  // V3_4_9

// The answer, and what has to come true before it may be given.
struct Sent {
  SendReply reply;
  model::LogOffset end;
  bool wait_durable = false;
  MetadataFile::Change topic_change = 0;
};

PutRequest ToPutRequest(Broker& broker, const Call<SendMessageRequest>& call) {
  const SendMessageRequest& from = call.request;
  PutRequest to;
  to.topic = from.topic;
  to.default_topic = from.default_topic;
  to.default_topic_queues = from.default_topic_queues;
  to.queue_id = from.queue_id;
  to.sys_flag = from.sys_flag;
  to.flag = from.flag;
  to.born_timestamp = from.born_timestamp;
  to.born_host = broker.peers().Of(*call.session);
  to.properties = from.properties;
  to.body = call.body;
  to.reconsume_times = from.reconsume_times;
  to.unit_mode = from.unit_mode;
  if (call.head.version >= kVersionWithMaxReconsumeTimes)
    to.max_reconsume_times = from.max_reconsume_times;
  return to;
}

// Told with every answer, errors too: producers trace messages by it.
void SetTraceFields(const Broker& broker, SendMessageResponse& fields) {
  fields.region_id = broker.options().region;
  fields.trace_on = broker.options().trace_on ? "true" : "false";
}

SendReply RefusedSend(const Broker& broker, const Refusal& refusal) {
  SendReply reply = Refused<SendMessageResponse>(refusal);
  reply.extra.emplace_back("MSG_REGION", broker.options().region);
  reply.extra.emplace_back("TRACE_ON", broker.options().trace_on ? "true" : "false");
  return reply;
}

Sent SendOne(Broker& broker, const PutRequest& request) {
  Sent sent;
  const auto put = PutMessage(broker, request);
  if (!put) {
    sent.reply = RefusedSend(broker, put.error());
    return sent;
  }
  SendMessageResponse& fields = sent.reply.fields;
  const model::OffsetMessageId id{broker.address().host, put->offset};
  id.Format(fields.msg_id.Fill(id.store_host.is_v6() ? 56 : 32));
  fields.queue_id = put->queue_id;
  fields.queue_offset = put->queue_offset.value();
  fields.transaction_id = put->uniq_key();
  SetTraceFields(broker, fields);
  sent.end = put->end;
  sent.wait_durable = put->wait_durable;
  sent.topic_change = put->topic_change;
  return sent;
}

Sent SendSeveral(Broker& broker, const PutRequest& request) {
  Sent sent;
  const auto put = PutBatch(broker, request);
  if (!put) {
    sent.reply = RefusedSend(broker, put.error());
    return sent;
  }
  SendMessageResponse& fields = sent.reply.fields;
  fields.msg_id = put->ids;
  fields.queue_id = put->queue_id;
  fields.queue_offset = put->queue_offset.value();
  if (const auto key = model::FindProperty(request.properties, model::property::kUniqKey))
    fields.transaction_id = *key;
  SetTraceFields(broker, fields);
  sent.end = put->end;
  sent.wait_durable = put->wait_durable;
  sent.topic_change = put->topic_change;
  return sent;
}

void ApplyDurability(const Broker& broker, Durability reached, SendReply& reply) {
  switch (reached) {
    case Durability::kDurable:
      return;
    case Durability::kTimeout:
      // Stored, and most likely safe soon: the fields say where, the code says what is not known.
      reply.code = remoting::ResponseCode::kFlushDiskTimeout;
      return;
    case Durability::kFailed:
      reply = RefusedSend(broker, {RefusalCode::kUnavailable,
                                   "service not available now: the disk has failed, and the "
                                   "message may be lost"});
      return;
  }
}

net::Task<SendReply> Send(Broker& broker, Call<SendMessageRequest> call) {
  const PutRequest request = ToPutRequest(broker, call);
  Sent sent = call.request.batch ? SendSeveral(broker, request) : SendOne(broker, request);
  const bool answered = !call.head.is_oneway();
  if (sent.wait_durable && answered) {
    net::Loop& loop = call.session->loop();
    const Durability reached = co_await broker.durable().Reaches(loop, sent.end);
    ApplyDurability(broker, reached, sent.reply);
  }
  if (sent.topic_change != 0 && !answered) broker.topics().file().WriteSoon();
  if (sent.topic_change != 0 && answered) {
    net::Loop& loop = call.session->loop();
    const Status written = co_await broker.topics().file().Written(loop, sent.topic_change);
    if (!written) sent.reply = RefusedSend(broker, ToRefusal(written.error()));
  }
  co_return std::move(sent.reply);
}

}  // namespace

net::Task<SendReply> SendMessage::Handle(Broker& broker, Call<Request> call) {
  return Send(broker, std::move(call));
}

net::Task<SendReply> SendMessageLong::Handle(Broker& broker, Call<Request> call) {
  Call<SendMessageRequest> same;
  same.request = call.request;
  same.head = call.head;
  same.body = call.body;
  same.extra = call.extra;
  same.session = std::move(call.session);
  same.received_ns = call.received_ns;
  return Send(broker, std::move(same));
}

}  // namespace pintle::broker
