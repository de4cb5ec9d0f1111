#include "broker/handlers/send_message.h"

#include <memory>
#include <string>
#include <utility>

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
  bool busy = false;  // not stored: the disk has no room for it now
  MetadataFile::Change topic_change = 0;
};

// A request that outlives the bytes that it came in.
class HeldRequest {
 public:
  explicit HeldRequest(const PutRequest& from) : request_(from) {
    bytes_.reserve(Bytes(from));
    for (const std::string_view part :
         {from.topic, from.default_topic, from.properties, AsText(from.body)})
      bytes_ += part;
    std::string_view rest = bytes_;
    const auto take = [&rest](size_t size) {
      const std::string_view part = rest.substr(0, size);
      rest.remove_prefix(size);
      return part;
    };
    request_.topic = take(from.topic.size());
    request_.default_topic = take(from.default_topic.size());
    request_.properties = take(from.properties.size());
    request_.body = AsBytes(take(from.body.size()));
  }
  HeldRequest(const HeldRequest&) = delete;
  HeldRequest& operator=(const HeldRequest&) = delete;

  static size_t Bytes(const PutRequest& request) {
    return request.topic.size() + request.default_topic.size() + request.properties.size() +
           request.body.size();
  }
  const PutRequest& request() const { return request_; }

 private:
  std::string bytes_;
  PutRequest request_;
};

Sent SendOne(Broker& broker, const PutRequest& request) {
  Sent sent;
  const auto put = PutMessage(broker, request);
  if (!put) {
    sent.reply = RefusedSend(broker, put.error());
    sent.busy = put.error().code == RefusalCode::kBusy;
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
    sent.busy = put.error().code == RefusalCode::kBusy;
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

Sent Store(Broker& broker, const PutRequest& request, bool batch) {
  return batch ? SendSeveral(broker, request) : SendOne(broker, request);
}

// Tries again whenever the disk has made room, for as long as the client is likely to wait.
net::Task<Sent> StoreWhenThereIsRoom(Broker& broker, net::Loop& loop,
                                     std::unique_ptr<HeldRequest> held, bool batch, uint64_t seen) {
  const int64_t deadline_ms = loop.clock().MonotonicMs() + broker.options().room_wait_ms;
  Sent sent;
  bool again = true;
  do {
    again = co_await broker.room().Reaches(loop, seen, deadline_ms);
    seen = broker.room().made();
    sent = Store(broker, held->request(), batch);
  } while (sent.busy && again);
  broker.room().Release(static_cast<int64_t>(HeldRequest::Bytes(held->request())));
  co_return std::move(sent);
}

net::Task<SendReply> Send(Broker& broker, Call<SendMessageRequest> call) {
  const PutRequest request = ToPutRequest(broker, call);
  const bool batch = call.request.batch;
  net::Loop& own_loop = call.session->loop();
  const uint64_t seen = broker.room().made();
  Sent sent;
  sent.busy = broker.room().crowded(own_loop);
  if (!sent.busy) [[likely]]
    sent = Store(broker, request, batch);
  if (sent.busy) [[unlikely]] {
    if (broker.room().Hold(static_cast<int64_t>(HeldRequest::Bytes(request)))) {
      auto held = std::make_unique<HeldRequest>(request);
      sent = co_await StoreWhenThereIsRoom(broker, own_loop, std::move(held), batch, seen);
    } else {
      sent = Store(broker, request, batch);
    }
    if (sent.busy) broker.traffic().OnPutFailure();
  }
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

net::Task<SendReply> SendMessage::Handle(Broker& broker, Call<Request> call) {
  return Send(broker, std::move(call));
}

Call<SendMessageRequest> WithShortNames(Call<remoting::SendMessageLongRequest> call) {
  Call<SendMessageRequest> same;
  same.request = call.request;
  same.head = call.head;
  same.body = call.body;
  same.extra = call.extra;
  same.session = std::move(call.session);
  same.received_ns = call.received_ns;
  return same;
}

net::Task<SendReply> SendMessageLong::Handle(Broker& broker, Call<Request> call) {
  return Send(broker, WithShortNames(std::move(call)));
}

}  // namespace pintle::broker
