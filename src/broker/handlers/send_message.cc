#include "broker/handlers/send_message.h"

#include <memory>
#include <string>
#include <utility>

#include "broker/handlers/answer.h"
#include "broker/ops/put_batch.h"
#include "broker/ops/put_message.h"
#include "broker/ops/topics.h"
#include "model/message_id.h"
#include "model/properties.h"

namespace pintle::broker {
namespace {

using remoting::Call;
using remoting::NowOrLater;
using remoting::Reply;
using remoting::SendMessageRequest;
using remoting::SendMessageResponse;
using SendReply = Reply<SendMessageResponse>;

constexpr int32_t kVersionWithMaxReconsumeTimes = 121;  // V3_4_9

// What has to come true before the answer may be given.
struct Unsettled {
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

Unsettled NotStored(const Broker& broker, const Refusal& why, SendReply& reply) {
  reply = RefusedSend(broker, why);
  Unsettled left;
  left.busy = why.code == RefusalCode::kBusy;
  return left;
}

Unsettled SendOne(Broker& broker, const PutRequest& request, SendReply& reply) {
  const auto put = PutMessage(broker, request);
  if (!put) return NotStored(broker, put.error(), reply);
  SendMessageResponse& fields = reply.fields;
  const model::OffsetMessageId id{broker.address().host, put->offset};
  id.Format(fields.msg_id.Fill(id.store_host.is_v6() ? 56 : 32));
  fields.queue_id = put->queue_id;
  fields.queue_offset = put->queue_offset.value();
  fields.transaction_id = put->uniq_key();
  SetTraceFields(broker, fields);
  return {put->end, put->wait_durable, false, put->topic_change};
}

Unsettled SendSeveral(Broker& broker, const PutRequest& request, SendReply& reply) {
  const auto put = PutBatch(broker, request);
  if (!put) return NotStored(broker, put.error(), reply);
  SendMessageResponse& fields = reply.fields;
  fields.msg_id = put->ids;
  fields.queue_id = put->queue_id;
  fields.queue_offset = put->queue_offset.value();
  if (const auto key = model::FindProperty(request.properties, model::property::kUniqKey))
    fields.transaction_id = *key;
  SetTraceFields(broker, fields);
  return {put->end, put->wait_durable, false, put->topic_change};
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

Unsettled Store(Broker& broker, const PutRequest& request, bool batch, SendReply& reply) {
  return batch ? SendSeveral(broker, request, reply) : SendOne(broker, request, reply);
}

// Waits for what is left to come true.
net::Task<SendReply> Settle(Broker& broker, net::Loop& loop, SendReply reply, Unsettled left) {
  if (left.wait_durable) {
    const Durability reached = co_await broker.durable().Reaches(loop, left.end);
    ApplyDurability(broker, reached, reply);
  }
  if (left.topic_change != 0) {
    const Status written = co_await TopicSettled(broker, loop, left.topic_change);
    if (!written) reply = RefusedSend(broker, ToRefusal(written.error()));
  }
  co_return std::move(reply);
}

// Nobody waits for the answer to a oneway request.
Unsettled Unanswered(Broker& broker, const Unsettled& left) {
  if (left.topic_change != 0) broker.topics().file().WriteSoon();
  return {};
}

// Tries again whenever the disk has made room, for as long as the client is likely to wait.
net::Task<SendReply> SendWhenThereIsRoom(Broker& broker, net::Loop& loop,
                                         std::unique_ptr<HeldRequest> held, bool batch, bool oneway,
                                         uint64_t seen) {
  const int64_t deadline_ms = loop.clock().MonotonicMs() + broker.options().room_wait_ms;
  SendReply reply;
  Unsettled left;
  bool again = true;
  do {
    again = co_await broker.room().Reaches(loop, seen, deadline_ms);
    seen = broker.room().made();
    reply = SendReply();
    left = Store(broker, held->request(), batch, reply);
  } while (left.busy && again);
  broker.room().Release(static_cast<int64_t>(HeldRequest::Bytes(held->request())));
  if (left.busy) broker.traffic().OnPutFailure();
  if (oneway) left = Unanswered(broker, left);
  auto settled = Settle(broker, loop, std::move(reply), left);
  co_return co_await std::move(settled);
}

NowOrLater<SendMessageResponse> Send(Broker& broker, const Call<SendMessageRequest>& call) {
  const PutRequest request = ToPutRequest(broker, call);
  const bool batch = call.request.batch;
  const bool oneway = call.head.is_oneway();
  net::Loop& loop = call.session->loop();
  const uint64_t seen = broker.room().made();

  // The only thing that is returned, so that the usual answer is made where the caller wants it.
  NowOrLater<SendMessageResponse> answer;
  SendReply& reply = std::get<SendReply>(answer);
  Unsettled left;
  left.busy = broker.room().crowded(loop);
  if (!left.busy) [[likely]]
    left = Store(broker, request, batch, reply);
  if (left.busy) [[unlikely]] {
    if (broker.room().Hold(static_cast<int64_t>(HeldRequest::Bytes(request)))) {
      answer = SendWhenThereIsRoom(broker, loop, std::make_unique<HeldRequest>(request), batch,
                                   oneway, seen);
      return answer;
    }
    reply = SendReply();
    left = Store(broker, request, batch, reply);
    if (left.busy) {
      broker.traffic().OnPutFailure();
      reply.remark += fmt::format(
          "; messages of {} bytes wait for room already, the limit is {} (messages.held_bytes_max)",
          broker.room().held_bytes(), broker.options().held_sends_bytes);
    }
  }
  if (oneway) left = Unanswered(broker, left);
  if (left.wait_durable || left.topic_change != 0) [[unlikely]]
    answer = Settle(broker, loop, std::move(reply), left);
  return answer;
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

NowOrLater<SendMessageResponse> SendMessage::Handle(Broker& broker, const Call<Request>& call) {
  return Send(broker, call);
}

Call<SendMessageRequest> WithShortNames(const Call<remoting::SendMessageLongRequest>& call) {
  Call<SendMessageRequest> same;
  same.request = call.request;
  same.head = call.head;
  same.body = call.body;
  same.extra = call.extra;
  same.session = call.session;
  same.received_ns = call.received_ns;
  return same;
}

NowOrLater<SendMessageResponse> SendMessageLong::Handle(Broker& broker, const Call<Request>& call) {
  return Send(broker, WithShortNames(call));
}

}  // namespace pintle::broker
