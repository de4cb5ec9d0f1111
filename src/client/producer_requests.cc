// The producer's requests that are answered by consumers, and its answers to those of others.
//
//   asker                       broker                         consumer
//     | message with the asker's  |                               |
//     | name and an id            |                               |
//     |-------------------------->|------------------------------>|
//     |                           |  reply with both, 325         |
//     |  PUSH_REPLY_MESSAGE, 326  |<------------------------------|
//     |<--------------------------|                               |

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "client/remoting_producer.h"
#include "client/server_request.h"
#include "model/properties.h"
#include "remoting/protocol/push_reply_message_to_client.h"

namespace pintle::client {

namespace {

constexpr std::string_view kReplyType = "reply";

std::string_view PropertyOf(const MessageView& message, std::string_view name) {
  const auto found = message.properties.find(std::string(name));
  return found == message.properties.end() ? std::string_view() : std::string_view(found->second);
}

Result<MessageView> ViewReply(const remoting::PushReplyMessageToClientRequest& fields,
                              std::string_view body) {
  auto text = DecompressBody(AsBytes(body), fields.sys_flag);
  if (!text) return std::unexpected(text.error());
  MessageView view;
  view.queue = {.topic = fields.topic, .broker_name = {}, .queue_id = fields.queue_id};
  view.body = *std::move(text);
  view.flag = fields.flag;
  view.born_timestamp_ms = fields.born_timestamp;
  view.store_timestamp_ms = fields.store_timestamp;
  view.born_host = fields.born_host;
  view.store_host = fields.store_host;
  view.reconsume_times = fields.reconsume_times;
  ReadProperties(fields.properties, view);
  return view;
}

std::unexpected<Error> TimeoutTooShort(int64_t timeout_ms) {
  return SdkFail(
      ErrorCode::kInvalidArgument,
      fmt::format("a request waits {} ms for its reply; let it be at least 1", timeout_ms));
}

}  // namespace

Result<RemotingProducer::Question> RemotingProducer::MakeQuestion(const Message& message,
                                                                  QueueSelector selector,
                                                                  int64_t timeout_ms) {
  if (auto valid = CheckSend(message); !valid) return std::unexpected(valid.error());
  if (timeout_ms < 1) return TimeoutTooShort(timeout_ms);
  Question question;
  question.correlation_id = runtime_->NextUniqKey();
  question.parcel = Pack(message, {{model::property::kCorrelationId, question.correlation_id},
                                   {model::property::kReplyToClient, runtime_->client_id()},
                                   {kTimeToLive, std::to_string(timeout_ms)}});
  if (selector) question.message = message;
  question.selector = std::move(selector);
  question.timeout_ms = timeout_ms;
  return question;
}

Result<MessageView> RemotingProducer::Request(const Message& message, int64_t timeout_ms) {
  return Request(message, {}, timeout_ms);
}

Result<MessageView> RemotingProducer::Request(const Message& message, const QueueSelector& selector,
                                              int64_t timeout_ms) {
  auto question = MakeQuestion(message, selector, timeout_ms);
  if (!question) return std::unexpected(question.error());
  return runtime_->Wait(Ask(*std::move(question)));
}

void RemotingProducer::RequestAsync(Message message, int64_t timeout_ms,
                                    std::function<void(Result<MessageView>)> done) {
  RequestAsync(std::move(message), {}, timeout_ms, std::move(done));
}

void RemotingProducer::RequestAsync(Message message, QueueSelector selector, int64_t timeout_ms,
                                    std::function<void(Result<MessageView>)> done) {
  auto question = MakeQuestion(message, std::move(selector), timeout_ms);
  if (!question) return done(std::unexpected(question.error()));
  if (auto entered = Enter(); !entered) return done(std::unexpected(entered.error()));
  runtime_->Launch(AskAsync(*std::move(question), std::move(done)));
}

net::Task<void> RemotingProducer::AskAsync(Question question,
                                           std::function<void(Result<MessageView>)> done) {
  auto reply = co_await Ask(std::move(question));
  done(std::move(reply));
  Exit();
}

net::Task<Result<MessageView>> RemotingProducer::Ask(Question question) {
  const int64_t deadline_ms = runtime_->clock().MonotonicMs() + question.timeout_ms;
  const auto asker = std::make_shared<Asker>(runtime_->loop());
  askers_[question.correlation_id] = asker;
  const std::string topic = question.parcel.topic;
  // A broker hands a reply only to whom it knows, and the reply may come by any of them.
  (void)co_await FindQueues(topic);
  co_await Greet();
  const int64_t left_ms = std::max<int64_t>(deadline_ms - runtime_->clock().MonotonicMs(), 1);
  Result<SendReceipt> sent;
  if (question.selector) {
    sent = co_await DeliverTo(std::move(question.parcel), std::move(question.message),
                              std::move(question.selector), left_ms);
  } else {
    sent = co_await Deliver(std::move(question.parcel), left_ms);
  }
  if (!sent && !asker->outcome) asker->outcome = std::unexpected(sent.error());
  if (shut_down_ && !asker->outcome)
    asker->outcome = SdkFail(ErrorCode::kNotStarted, "the producer was shut down before the reply");
  // The reply may have overtaken the answer to the send.
  if (!asker->outcome) co_await asker->pause.For(deadline_ms - runtime_->clock().MonotonicMs());
  askers_.erase(question.correlation_id);
  if (!asker->outcome)
    co_return SdkFail(ErrorCode::kTimeout,
                      fmt::format("no reply within {} ms to message {} of topic {}: is there a "
                                  "consumer that replies?",
                                  question.timeout_ms, sent->message_id, topic));
  co_return *std::move(asker->outcome);
}

remoting::ServerRequestAnswer RemotingProducer::TakeReply(const remoting::ServerRequest& request) {
  remoting::ServerRequestAnswer answer;
  remoting::PushReplyMessageToClientRequest fields;
  if (auto read = DecodeServerRequest(request, fields); !read) {
    answer.code = remoting::ResponseCode::kSystemError;
    answer.remark = read.error().message;
    return answer;
  }
  auto reply = ViewReply(fields, request.body);
  const auto id = model::FindProperty(fields.properties, model::property::kCorrelationId);
  const auto asker = askers_.find(std::string(id.value_or("")));
  if (asker == askers_.end()) {
    PINTLE_LOG(kInfo, "producer {}: a reply to {} comes too late or is not ours", options_.group,
               id.value_or("nobody"));
    return answer;
  }
  const auto waiting = asker->second;  // it leaves the table when it wakes up
  waiting->outcome = std::move(reply);
  waiting->pause.WakeAll();
  return answer;
}

void RemotingProducer::AbandonRequests() {
  for (const auto& [id, asker] : std::exchange(askers_, {})) {
    if (!asker->outcome)
      asker->outcome =
          SdkFail(ErrorCode::kNotStarted, "the producer was shut down before the reply");
    asker->pause.WakeAll();
  }
}

Result<SendReceipt> RemotingProducer::Reply(const MessageView& request, std::string body) {
  const auto cluster = PropertyOf(request, model::property::kCluster);
  const auto id = PropertyOf(request, model::property::kCorrelationId);
  const auto asker = PropertyOf(request, model::property::kReplyToClient);
  if (cluster.empty() || id.empty() || asker.empty())
    return SdkFail(
        ErrorCode::kInvalidArgument,
        fmt::format("message {} was not sent as a request: it lacks one of the properties "
                    "{}, {} and {}",
                    request.message_id, model::property::kCluster, model::property::kCorrelationId,
                    model::property::kReplyToClient));
  Message reply{.topic = fmt::format("{}_REPLY_TOPIC", cluster), .body = std::move(body)};
  if (auto valid = CheckSend(reply); !valid) return std::unexpected(valid.error());
  SystemProperties system{{model::property::kMessageType, std::string(kReplyType)},
                          {model::property::kCorrelationId, std::string(id)},
                          {model::property::kReplyToClient, std::string(asker)}};
  if (const auto ttl = PropertyOf(request, kTimeToLive); !ttl.empty())
    system.emplace_back(kTimeToLive, ttl);
  Parcel parcel = Pack(reply, system);
  parcel.topic = reply.topic;  // the cluster's, in no namespace
  parcel.code = remoting::request_code::kSendReplyMessageV2;
  return runtime_->Wait(Deliver(std::move(parcel), options_.client.request_timeout_ms));
}

}  // namespace pintle::client
