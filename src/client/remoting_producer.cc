#include "client/remoting_producer.h"

#include <algorithm>
#include <array>
#include <thread>

#include "client/message_text.h"
#include "model/properties.h"
#include "model/record.h"
#include "model/topic.h"
#include "remoting/protocol/send_message.h"

namespace pintle::client {

namespace {

// Answers after which another broker may do better.
bool WorthRetrying(const Error& error) {
  switch (error.code) {
    case ErrorCode::kUnavailable:
    case ErrorCode::kTimeout:
    case ErrorCode::kOverloaded:
    case ErrorCode::kNoRoute:
      return true;
    case ErrorCode::kRefused: {
      constexpr std::array kRetried{1, 2, 14, 16, 17, 204, 205, 1500};
      return std::ranges::find(kRetried, error.broker_code) != kRetried.end();
    }
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kNotStarted:
    case ErrorCode::kIo:
    case ErrorCode::kNotFound:
      return false;
  }
  return false;
}

// `traced`: where the broker stands, as a trace tells; empty when it wants none.
Result<SendReceipt> ReadReceipt(const remoting::Command& answer, std::string message_id,
                                MessageQueue queue, std::string& traced) {
  SendReceipt receipt;
  switch (static_cast<remoting::ResponseCode>(answer.head.code)) {
    case remoting::ResponseCode::kSuccess:
      receipt.status = SendStatus::kOk;
      break;
    case remoting::ResponseCode::kFlushDiskTimeout:
      receipt.status = SendStatus::kFlushDiskTimeout;
      break;
    case remoting::ResponseCode::kFlushSlaveTimeout:
      receipt.status = SendStatus::kFlushSlaveTimeout;
      break;
    case remoting::ResponseCode::kSlaveNotAvailable:
      receipt.status = SendStatus::kSlaveNotAvailable;
      break;
    default:
      return std::unexpected(RefusedBy(answer));
  }
  remoting::SendMessageResponse fields;
  if (auto read = remoting::DecodeFields(answer, fields); !read)
    return std::unexpected(ToSdkError(read.error()));
  if (std::string_view(fields.trace_on) != "false")
    traced = std::string(std::string_view(fields.region_id));
  queue.queue_id = fields.queue_id;
  receipt.message_id = std::move(message_id);
  receipt.offset_message_id = std::string(fields.msg_id);
  receipt.queue = std::move(queue);
  receipt.queue_offset = fields.queue_offset;
  return receipt;
}

}  // namespace

Result<std::unique_ptr<Producer>> Producer::Start(ProducerOptions options) {
  return RemotingProducer::Start(std::move(options));
}

Result<std::unique_ptr<Producer>> RemotingProducer::Start(ProducerOptions options) {
  if (auto valid = model::ValidateGroupName(options.group); !valid)
    return std::unexpected(ToSdkError(valid.error()));
  if (options.retries < 0 || options.default_queues <= 0)
    return SdkFail(ErrorCode::kInvalidArgument, "retries must be >= 0 and default_queues > 0");
  auto runtime = ClientRuntime::Create(options.client);
  if (!runtime) return std::unexpected(runtime.error());
  auto trace = TraceSender::Start(options.client, options.group);
  options.group = (*runtime)->names().Wrap(options.group);
  if (!trace) return std::unexpected(trace.error());
  return std::unique_ptr<Producer>(
      new RemotingProducer(std::move(options), *std::move(runtime), *std::move(trace)));
}

RemotingProducer::RemotingProducer(ProducerOptions options, std::unique_ptr<ClientRuntime> runtime,
                                   std::unique_ptr<TraceSender> trace)
    : options_(std::move(options)), runtime_(std::move(runtime)), trace_(std::move(trace)) {
  if (options_.check_transaction) checks_ = std::make_unique<ListenerPool>(1);
  runtime_->loop().Post([this] {
    runtime_->remoting().SetServerRequestHandler(
        [this](remoting::ServerRequest request) { return Answer(std::move(request)); });
    runtime_->remoting().SetClosedListener(
        [this](const std::string& address) { greeted_.erase(address); });
  });
  runtime_->Launch(Heartbeats());
}

RemotingProducer::~RemotingProducer() { Shutdown(); }

Status RemotingProducer::CheckRunning() const {
  if (shut_down_.load(std::memory_order_acquire))
    return SdkFail(ErrorCode::kNotStarted, "the producer has been shut down");
  return {};
}

Status RemotingProducer::CheckSend(const Message& message) const {
  if (auto running = CheckRunning(); !running) return running;
  return CheckMessage(message, options_.message_bytes_max);
}

Status RemotingProducer::Enter() {
  if (in_flight_.fetch_add(1, std::memory_order_acq_rel) < options_.in_flight_max) return {};
  Exit();
  return SdkFail(
      ErrorCode::kOverloaded,
      fmt::format("{} sends are in flight, the limit (in_flight_max); wait for some to end",
                  options_.in_flight_max));
}

// As RocketMQ's clients do, so that whoever reads the message knows the namespace it was sent in.
SystemProperties RemotingProducer::InNameSpace(SystemProperties system) const {
  const std::string& name = runtime_->names().name();
  if (!name.empty()) system.emplace_back(model::property::kInstanceId, name);
  return system;
}

RemotingProducer::Parcel RemotingProducer::Pack(const Message& message,
                                                const SystemProperties& system) {
  Parcel parcel;
  parcel.topic = runtime_->names().Wrap(message.topic);
  parcel.message_id = runtime_->NextUniqKey();
  parcel.properties = PropertiesText(message, parcel.message_id, InNameSpace(system));
  parcel.flag = message.flag;
  if (trace_ != nullptr) parcel.subject = TraceSubject::Of(message);
  bool compressed = false;
  if (options_.compress_from_bytes > 0 && message.body.size() >= options_.compress_from_bytes) {
    parcel.body = CompressBody(message.body, compressed);
  } else {
    parcel.body = message.body;
  }
  if (compressed) parcel.sys_flag |= model::kSysCompressed;
  return parcel;
}

Result<SendReceipt> RemotingProducer::Send(const Message& message) {
  if (auto valid = CheckSend(message); !valid) return std::unexpected(valid.error());
  return runtime_->Wait(Deliver(Pack(message), options_.client.request_timeout_ms));
}

Result<SendReceipt> RemotingProducer::Send(const Message& message, const QueueSelector& selector) {
  if (auto valid = CheckSend(message); !valid) return std::unexpected(valid.error());
  return runtime_->Wait(
      DeliverTo(Pack(message), message, selector, options_.client.request_timeout_ms));
}

Result<SendReceipt> RemotingProducer::SendBatch(std::span<const Message> messages) {
  if (auto running = CheckRunning(); !running) return std::unexpected(running.error());
  if (messages.empty()) return SdkFail(ErrorCode::kInvalidArgument, "the batch is empty");
  std::vector<std::string> ids;
  for (const Message& message : messages) {
    if (auto valid = CheckMessage(message, options_.message_bytes_max); !valid)
      return std::unexpected(valid.error());
    if (message.topic != messages.front().topic ||
        message.wait_store_ok != messages.front().wait_store_ok)
      return SdkFail(ErrorCode::kInvalidArgument,
                     "the messages of a batch must share topic and wait_store_ok");
    if (message.delay_level > 0 || model::IsRetryTopic(message.topic))
      return SdkFail(ErrorCode::kInvalidArgument,
                     "a batch takes neither delayed messages nor retry topics");
    ids.push_back(runtime_->NextUniqKey());
  }
  Parcel parcel;
  parcel.topic = runtime_->names().Wrap(messages.front().topic);
  parcel.batch = true;
  parcel.code = remoting::request_code::kSendBatchMessage;
  parcel.body = BatchBody(messages, ids);
  parcel.message_id = fmt::format("{}", fmt::join(ids, ","));
  if (trace_ != nullptr) parcel.subject = TraceSubject::Of(messages.front());
  Message envelope;
  envelope.wait_store_ok = messages.front().wait_store_ok;
  parcel.properties = PropertiesText(envelope, runtime_->NextUniqKey(), InNameSpace({}));
  if (parcel.body.size() > options_.message_bytes_max)
    return SdkFail(ErrorCode::kInvalidArgument,
                   fmt::format("the batch has {} bytes; the limit is {} (message_bytes_max)",
                               parcel.body.size(), options_.message_bytes_max));
  return runtime_->Wait(Deliver(std::move(parcel), options_.client.request_timeout_ms));
}

void RemotingProducer::SendAsync(Message message, std::function<void(Result<SendReceipt>)> done) {
  StartAsync(std::move(message), {}, std::move(done));
}

void RemotingProducer::SendAsync(Message message, QueueSelector selector,
                                 std::function<void(Result<SendReceipt>)> done) {
  StartAsync(std::move(message), std::move(selector), std::move(done));
}

void RemotingProducer::StartAsync(Message message, QueueSelector selector,
                                  std::function<void(Result<SendReceipt>)> done) {
  if (auto valid = CheckSend(message); !valid) return done(std::unexpected(valid.error()));
  if (auto entered = Enter(); !entered) return done(std::unexpected(entered.error()));
  Parcel parcel = Pack(message);
  if (!selector) message.body.clear();
  runtime_->Launch(
      DeliverAsync(std::move(parcel), std::move(message), std::move(selector), std::move(done)));
}

Status RemotingProducer::SendOneway(const Message& message) {
  if (auto valid = CheckSend(message); !valid) return valid;
  return runtime_->Wait(DeliverOneway(Pack(message)));
}

Result<std::vector<MessageQueue>> RemotingProducer::Queues(const std::string& topic) {
  if (auto running = CheckRunning(); !running) return std::unexpected(running.error());
  return runtime_->Wait(ListQueues(runtime_->names().Wrap(topic)));
}

void RemotingProducer::Shutdown() {
  if (shut_down_.exchange(true, std::memory_order_acq_rel)) return;
  runtime_->loop().Post([this] { AbandonRequests(); });
  if (checks_ != nullptr) checks_->Stop();
  while (in_flight_.load(std::memory_order_acquire) != 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  if (trace_ != nullptr) trace_->Stop();
  (void)runtime_->Wait(Leave());
  runtime_->Stop();
}

net::Task<Result<std::shared_ptr<const PublishQueues>>> RemotingProducer::FindQueues(
    std::string topic) {
  bool creates = false;  // the topic does not exist yet: the send creates it
  auto route = co_await runtime_->FindRoute(topic, /*refresh=*/false);
  if (!route && route.error().code == ErrorCode::kNoRoute) {
    creates = true;
    route = co_await runtime_->FindRoute(std::string(model::kAutoCreateTopic), /*refresh=*/true);
    if (!route && route.error().code == ErrorCode::kNoRoute)
      co_return SdkFail(ErrorCode::kNoRoute,
                        fmt::format("topic {} does not exist and brokers do not create topics by "
                                    "themselves; create it: pintle topic create {}",
                                    topic, topic));
  }
  if (!route) co_return std::unexpected(route.error());
  auto& known = publish_[topic];
  if (known != nullptr && known->route == *route) co_return known;
  auto publish = QueuesToPublish(topic, *route, creates ? options_.default_queues : 0);
  if (!publish) co_return std::unexpected(publish.error());
  known = std::make_shared<const PublishQueues>(*std::move(publish));
  co_return known;
}

MessageQueue RemotingProducer::PickQueue(const PublishQueues& publish, const std::string& avoid) {
  for (size_t tries = 0; tries < publish.queues.size(); ++tries) {
    const MessageQueue& queue = publish.queues[turn_++ % publish.queues.size()];
    if (queue.broker_name != avoid) return queue;
  }
  return publish.queues[turn_++ % publish.queues.size()];
}

remoting::Request RemotingProducer::SendRequest(const Parcel& parcel,
                                                const MessageQueue& queue) const {
  remoting::SendMessageRequest fields;
  fields.producer_group = options_.group;
  fields.topic = parcel.topic;
  fields.default_topic = model::kAutoCreateTopic;
  fields.default_topic_queues = options_.default_queues;
  fields.queue_id = queue.queue_id;
  fields.sys_flag = parcel.sys_flag;
  fields.born_timestamp = runtime_->clock().WallMs();
  fields.flag = parcel.flag;
  fields.properties = parcel.properties;
  fields.batch = parcel.batch;
  fields.broker_name = queue.broker_name;
  return MakeRequest(parcel.code, fields, parcel.body);
}

net::Task<Result<SendReceipt>> RemotingProducer::TryOnce(const Parcel* parcel, MessageQueue queue,
                                                         int64_t timeout_ms) {
  const std::string address = runtime_->AddressOf(queue.broker_name, /*any_member=*/false);
  if (address.empty())
    co_return SdkFail(ErrorCode::kUnavailable,
                      fmt::format("broker {} has no master now; queue {} of topic {} is there",
                                  queue.broker_name, queue.queue_id, queue.topic));
  const int64_t sent_ms = runtime_->clock().MonotonicMs();
  auto answer = co_await runtime_->Call(address, SendRequest(*parcel, queue), timeout_ms);
  if (!answer) co_return std::unexpected(answer.error());
  std::string region;
  auto receipt = ReadReceipt((*answer)->command, parcel->message_id, std::move(queue), region);
  if (trace_ != nullptr && receipt && !region.empty()) {
    const int64_t now_ms = runtime_->clock().WallMs();
    trace_->AddSend(parcel->subject,
                    {.topic = runtime_->names().Unwrap(parcel->topic),
                     .message_ids = parcel->message_id,
                     .offset_message_id = receipt->offset_message_id,
                     .store_host = address,
                     .region = region,
                     .start_ms = now_ms - (runtime_->clock().MonotonicMs() - sent_ms),
                     .cost_ms = runtime_->clock().MonotonicMs() - sent_ms,
                     .success = receipt->status == SendStatus::kOk});
  }
  if (receipt) receipt->queue = runtime_->names().Unwrap(std::move(receipt->queue));
  co_return receipt;
}

net::Task<Result<SendReceipt>> RemotingProducer::Deliver(Parcel parcel, int64_t timeout_ms) {
  const int64_t deadline_ms = runtime_->clock().MonotonicMs() + timeout_ms;
  Result<SendReceipt> last = SdkFail(ErrorCode::kTimeout, "the send timed out");
  std::string avoid;
  for (int32_t tries = 0; tries <= options_.retries; ++tries) {
    const int64_t left_ms = deadline_ms - runtime_->clock().MonotonicMs();
    if (left_ms <= 0) break;
    auto publish = co_await FindQueues(parcel.topic);
    if (!publish) {
      last = std::unexpected(publish.error());
      if (!WorthRetrying(publish.error()) || publish.error().code == ErrorCode::kNoRoute) break;
      continue;
    }
    MessageQueue queue = PickQueue(**publish, avoid);
    avoid = queue.broker_name;
    last = co_await TryOnce(&parcel, queue, left_ms);
    if (last || !WorthRetrying(last.error())) break;
    // The route that led here may be old.
    (void)co_await runtime_->FindRoute(parcel.topic, /*refresh=*/true);
  }
  co_return last;
}

net::Task<Result<SendReceipt>> RemotingProducer::DeliverTo(Parcel parcel, Message message,
                                                           QueueSelector selector,
                                                           int64_t timeout_ms) {
  const int64_t deadline_ms = runtime_->clock().MonotonicMs() + timeout_ms;
  auto publish = co_await FindQueues(parcel.topic);
  if (!publish) co_return std::unexpected(publish.error());
  const auto shown = runtime_->names().Unwrap((*publish)->queues);
  const size_t index = selector(shown, message);
  if (index >= (*publish)->queues.size())
    co_return SdkFail(ErrorCode::kInvalidArgument, fmt::format("the selector chose queue {} of {}",
                                                               index, (*publish)->queues.size()));
  MessageQueue queue = (*publish)->queues[index];
  const int64_t left_ms = deadline_ms - runtime_->clock().MonotonicMs();
  co_return co_await TryOnce(&parcel, queue, std::max<int64_t>(left_ms, 1));
}

net::Task<void> RemotingProducer::DeliverAsync(Parcel parcel, Message message,
                                               QueueSelector selector,
                                               std::function<void(Result<SendReceipt>)> done) {
  Result<SendReceipt> receipt;
  if (selector) {
    receipt = co_await DeliverTo(std::move(parcel), std::move(message), std::move(selector),
                                 options_.client.request_timeout_ms);
  } else {
    receipt = co_await Deliver(std::move(parcel), options_.client.request_timeout_ms);
  }
  done(std::move(receipt));
  Exit();
}

net::Task<Status> RemotingProducer::DeliverOneway(Parcel parcel) {
  auto publish = co_await FindQueues(parcel.topic);
  if (!publish) co_return std::unexpected(publish.error());
  const MessageQueue queue = PickQueue(**publish, {});
  auto sent = co_await runtime_->remoting().SendOneway(
      runtime_->AddressOf(queue.broker_name, /*any_member=*/false), SendRequest(parcel, queue),
      options_.client.request_timeout_ms);
  if (!sent) co_return std::unexpected(ToSdkError(sent.error()));
  co_return Status();
}

net::Task<Result<std::vector<MessageQueue>>> RemotingProducer::ListQueues(std::string topic) {
  auto publish = co_await FindQueues(std::move(topic));
  if (!publish) co_return std::unexpected(publish.error());
  co_return runtime_->names().Unwrap((*publish)->queues);
}

net::Task<remoting::ServerRequestAnswer> RemotingProducer::Answer(remoting::ServerRequest request) {
  if (request.head.code == remoting::request_code::kPushReplyMessageToClient)
    co_return TakeReply(request);
  if (request.head.code == remoting::request_code::kCheckTransactionState) {
    TakeCheck(request);
    co_return remoting::ServerRequestAnswer{};
  }
  remoting::ServerRequestAnswer refused;
  refused.code = remoting::ResponseCode::kRequestCodeNotSupported;
  refused.remark = fmt::format(" request type {} not supported", request.head.code);
  co_return refused;
}

}  // namespace pintle::client
