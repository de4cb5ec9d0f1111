#include "client/remoting_push_consumer.h"

#include <algorithm>
#include <future>
#include <utility>

#include "client/all_of.h"
#include "model/topic.h"

namespace pintle::client {

namespace {

Status CheckOptions(const PushConsumerOptions& options) {
  if (options.model == MessageModel::kBroadcasting && options.offsets == OffsetStorage::kBroker)
    return SdkFail(
        ErrorCode::kInvalidArgument,
        "the offsets of a broadcasting group are each member's own: set offsets to kFile, "
        "with an offset_file, or to kNowhere");
  if (options.ack_timeout_ms < 1 || options.suspend_ms < 1)
    return SdkFail(ErrorCode::kInvalidArgument, "ack_timeout_ms and suspend_ms must be at least 1");
  return {};
}

GroupMemberOptions MemberOptions(const PushConsumerOptions& options) {
  return {.group = options.group,
          .consume_type = remoting::ConsumeType::kPassively,
          .model = options.model,
          .allocation = options.allocation,
          .start_from = options.start_from,
          .start_timestamp_ms = options.start_timestamp_ms,
          .retries = options.model == MessageModel::kClustering};
}

}  // namespace

Result<std::unique_ptr<PushConsumer>> PushConsumer::Create(PushConsumerOptions options) {
  return RemotingPushConsumer::Create(std::move(options));
}

Result<std::unique_ptr<PushConsumer>> RemotingPushConsumer::Create(PushConsumerOptions options) {
  if (auto valid = model::ValidateGroupName(options.group); !valid)
    return std::unexpected(ToSdkError(valid.error()));
  if (options.threads < 1 || options.pull_batch < 1 || options.listener_batch < 1 ||
      options.commit_interval_ms < 1 || options.cached_messages_max < 1)
    return SdkFail(ErrorCode::kInvalidArgument,
                   "threads, batches, bounds and the commit interval must be at least 1");
  if (auto valid = CheckOptions(options); !valid) return std::unexpected(valid.error());
  if (!options.allocation) options.allocation = AllocateAveragely();
  auto runtime = ClientRuntime::Create(options.client);
  if (!runtime) return std::unexpected(runtime.error());
  auto trace = TraceSender::Start(options.client, options.group);
  if (!trace) return std::unexpected(trace.error());
  options.group = (*runtime)->names().Wrap(options.group);
  auto offsets =
      OpenOffsets(options.offsets, options.offset_file, **runtime, options.group, NoOffset::kGuess);
  if (!offsets) return std::unexpected(offsets.error());
  return std::unique_ptr<PushConsumer>(new RemotingPushConsumer(
      std::move(options), *std::move(runtime), *std::move(offsets), *std::move(trace)));
}

RemotingPushConsumer::RemotingPushConsumer(PushConsumerOptions options,
                                           std::unique_ptr<ClientRuntime> runtime,
                                           std::unique_ptr<OffsetStore> offsets,
                                           std::unique_ptr<TraceSender> trace)
    : options_(std::move(options)),
      retry_topic_(model::RetryTopicOf(options_.group)),
      runtime_(std::move(runtime)),
      offsets_(std::move(offsets)),
      trace_(std::move(trace)),
      pool_(options_.threads),
      member_(*runtime_, *offsets_, MemberOptions(options_),
              [this](std::string topic) { return RebalanceTopic(std::move(topic)); }),
      reader_(*runtime_, options_.group) {}

RemotingPushConsumer::~RemotingPushConsumer() { Shutdown(); }

Status RemotingPushConsumer::Subscribe(const std::string& topic, const std::string& expression) {
  return SubscribeAs(model::kExpressionTag, topic, expression);
}

Status RemotingPushConsumer::SubscribeSql(const std::string& topic, const std::string& expression) {
  return SubscribeAs(model::kExpressionSql92, topic, expression);
}

Status RemotingPushConsumer::SubscribeAs(std::string_view type, const std::string& topic,
                                         const std::string& expression) {
  if (shut_down_) return SdkFail(ErrorCode::kNotStarted, "the consumer has been shut down");
  auto subscription = GroupMember::Compile(type, runtime_->names().Wrap(topic), expression,
                                           runtime_->clock().WallMs());
  if (!subscription) return std::unexpected(subscription.error());
  auto subscribed = runtime_->Wait(member_.Subscribe(*std::move(subscription)));
  if (!subscribed) return std::unexpected(subscribed.error());
  return {};
}

void RemotingPushConsumer::SetListener(MessageListener listener) {
  PINTLE_CHECK(!started_, "the listener is set before Start()");
  listener_ = std::move(listener);
}

void RemotingPushConsumer::SetOrderedListener(OrderedListener listener) {
  PINTLE_CHECK(!started_, "the listener is set before Start()");
  ordered_listener_ = std::move(listener);
}

Status RemotingPushConsumer::Start() {
  if (shut_down_) return SdkFail(ErrorCode::kNotStarted, "the consumer has been shut down");
  if ((listener_ != nullptr) == ordered())
    return SdkFail(ErrorCode::kInvalidArgument,
                   "one of SetListener() and SetOrderedListener() comes before Start()");
  if (ordered() && options_.ack == AckMode::kManual)
    return SdkFail(ErrorCode::kInvalidArgument,
                   "messages consumed in order are acknowledged by the listener's verdict");
  if (started_.exchange(true)) return {};
  runtime_->loop().Post([this] {
    runtime_->remoting().SetServerRequestHandler(
        [this](remoting::ServerRequest request) { return Answer(std::move(request)); });
  });
  if (auto joined = runtime_->Wait(member_.Join()); !joined) {
    started_ = false;
    return joined;
  }
  runtime_->Launch(Commits());
  if (ordered() && clustering()) runtime_->Launch(Locks());
  if (options_.ack == AckMode::kManual) runtime_->Launch(Redeliveries());
  return {};
}

std::vector<MessageQueue> RemotingPushConsumer::Assignment() const {
  std::promise<std::vector<MessageQueue>> promise;
  auto future = promise.get_future();
  if (shut_down_) return {};
  runtime_->loop().Post([this, &promise] {
    std::vector<MessageQueue> queues;
    for (const auto& [queue, held] : held_) queues.push_back(runtime_->names().Unwrap(queue));
    promise.set_value(std::move(queues));
  });
  return future.get();
}

void RemotingPushConsumer::Shutdown() {
  if (shut_down_.exchange(true)) return;
  if (started_) {
    std::promise<void> marked;
    runtime_->loop().Post([this, &marked] {
      member_.BeginLeave();
      marked.set_value();
    });
    marked.get_future().wait();
    // Listeners end before offsets are committed.
    pool_.Stop();
    (void)runtime_->Wait(Leave());
  }
  pool_.Stop();
  if (trace_ != nullptr) trace_->Stop();
  runtime_->Stop();
}

net::Task<remoting::ServerRequestAnswer> RemotingPushConsumer::Answer(
    remoting::ServerRequest request) {
  if (request.head.code == remoting::request_code::kNotifyConsumerIdsChanged) {
    member_.RebalanceSoon();
    co_return remoting::ServerRequestAnswer{};
  }
  remoting::ServerRequestAnswer refused;
  refused.code = remoting::ResponseCode::kRequestCodeNotSupported;
  refused.remark = fmt::format(" request type {} not supported", request.head.code);
  co_return refused;
}

net::Task<Status> RemotingPushConsumer::Leave() {
  std::vector<Held> left;
  std::vector<net::Task<void>> commits;
  for (auto& [queue, held] : std::exchange(held_, {})) {
    commits.push_back(Commit(held, /*wait=*/true));
    left.push_back(held);
  }
  co_await AllOf(runtime_->loop(), std::move(commits));
  for (const Held& held : left) held->dropped = true;
  if (ordered() && clustering()) co_await Unlock(std::move(left));
  const Status flushed = offsets_->Flush();
  co_await member_.Leave();
  co_return flushed;
}

}  // namespace pintle::client
