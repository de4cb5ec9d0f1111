#include "client/remoting_push_consumer.h"

#include <algorithm>
#include <future>

#include "client/message_text.h"
#include "filter/selector.h"
#include "model/topic.h"
#include "remoting/bodies/check_client_config.h"
#include "remoting/bodies/heartbeat.h"
#include "remoting/protocol/unregister_client.h"

namespace pintle::client {

namespace {

constexpr int64_t kRebalanceMs = 20'000;
constexpr int64_t kRebalanceSoonMs = 1'000;  // after one that could not finish

Status CheckOptions(const PushConsumerOptions& options) {
  if (options.model == MessageModel::kBroadcasting && options.offsets == OffsetStorage::kBroker)
    return SdkFail(
        ErrorCode::kInvalidArgument,
        "the offsets of a broadcasting group are each member's own: set offsets to kFile, "
        "with an offset_file, or to kNowhere");
  if ((options.offsets == OffsetStorage::kFile) == options.offset_file.empty())
    return SdkFail(ErrorCode::kInvalidArgument,
                   "offset_file goes together with offsets = kFile: set both or neither");
  if (options.ack_timeout_ms < 1 || options.suspend_ms < 1)
    return SdkFail(ErrorCode::kInvalidArgument, "ack_timeout_ms and suspend_ms must be at least 1");
  return {};
}

Result<std::unique_ptr<OffsetStore>> OpenOffsets(const PushConsumerOptions& options,
                                                 ClientRuntime& runtime) {
  switch (options.offsets) {
    case OffsetStorage::kBroker:
      return std::make_unique<BrokerOffsets>(runtime, options.group);
    case OffsetStorage::kFile:
      return FileOffsets::Open(options.offset_file);
    case OffsetStorage::kNowhere:
      return std::make_unique<NoOffsets>();
  }
  return SdkFail(ErrorCode::kInvalidArgument, "offsets is none of OffsetStorage");
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
  auto offsets = OpenOffsets(options, **runtime);
  if (!offsets) return std::unexpected(offsets.error());
  return std::unique_ptr<PushConsumer>(
      new RemotingPushConsumer(std::move(options), *std::move(runtime), *std::move(offsets)));
}

RemotingPushConsumer::RemotingPushConsumer(PushConsumerOptions options,
                                           std::unique_ptr<ClientRuntime> runtime,
                                           std::unique_ptr<OffsetStore> offsets)
    : options_(std::move(options)),
      runtime_(std::move(runtime)),
      offsets_(std::move(offsets)),
      pool_(options_.threads),
      rebalance_pause_(runtime_->loop()) {}

RemotingPushConsumer::~RemotingPushConsumer() { Shutdown(); }

Status RemotingPushConsumer::Subscribe(const std::string& topic, const std::string& expression) {
  return SubscribeAs(model::kExpressionTag, topic, expression);
}

Status RemotingPushConsumer::SubscribeSql(const std::string& topic, const std::string& expression) {
  if (auto compiled = filter::Selector::Compile(expression); !compiled)
    return std::unexpected(ToSdkError(compiled.error()));
  return SubscribeAs(model::kExpressionSql92, topic, expression);
}

Status RemotingPushConsumer::SubscribeAs(std::string_view type, const std::string& topic,
                                         const std::string& expression) {
  if (shut_down_) return SdkFail(ErrorCode::kNotStarted, "the consumer has been shut down");
  if (auto valid = model::ValidateTopicName(topic); !valid)
    return std::unexpected(ToSdkError(valid.error()));
  auto subscription =
      model::Subscription::Parse(topic, expression, type, runtime_->clock().WallMs());
  if (!subscription) return std::unexpected(ToSdkError(subscription.error()));
  return runtime_->Wait(AddSubscription(*std::move(subscription)));
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
  if (auto joined = runtime_->Wait(Join()); !joined) {
    started_ = false;
    return joined;
  }
  runtime_->Launch(Heartbeats());
  runtime_->Launch(Rebalances());
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
    for (const auto& [queue, held] : held_) queues.push_back(queue);
    promise.set_value(std::move(queues));
  });
  return future.get();
}

void RemotingPushConsumer::Shutdown() {
  if (shut_down_.exchange(true)) return;
  if (started_) {
    std::promise<void> marked;
    runtime_->loop().Post([this, &marked] {
      leaving_ = true;
      rebalance_pause_.End();
      marked.set_value();
    });
    marked.get_future().wait();
    // Listeners end before offsets are committed.
    pool_.Stop();
    (void)runtime_->Wait(Leave());
  }
  pool_.Stop();
  runtime_->Stop();
}

net::Task<Status> RemotingPushConsumer::AddSubscription(model::Subscription subscription) {
  if (started_) {
    auto served = co_await CheckServed(subscription);
    if (!served) co_return served;
  }
  subscriptions_[subscription.topic] = std::move(subscription);
  if (!started_) co_return Status();
  co_await BeatOnce();
  rebalance_asked_ = true;
  rebalance_pause_.WakeAll();
  co_return Status();
}

net::Task<Status> RemotingPushConsumer::CheckServed(model::Subscription subscription) {
  if (subscription.is_tag()) co_return Status();
  auto route = co_await runtime_->FindRoute(subscription.topic, /*refresh=*/false);
  // Where the topic is not there yet, its first pull tells.
  if (!route) co_return Status();
  remoting::CheckClientConfig check;
  check.client_id = runtime_->client_id();
  check.group = options_.group;
  check.subscription = std::move(subscription);
  const std::string body = remoting::EncodeCheckClientConfig(check);
  for (const model::BrokerRoute& broker : (*route)->brokers) {
    const std::string address = runtime_->AddressOf(broker.broker_name, /*any_member=*/true);
    if (address.empty()) continue;
    remoting::Request request{
        .code = remoting::request_code::kCheckClientConfig, .fields = {}, .body = body};
    auto answer =
        co_await runtime_->CallOk(address, std::move(request), options_.client.request_timeout_ms);
    if (!answer) co_return std::unexpected(answer.error());
  }
  co_return Status();
}

net::Task<Status> RemotingPushConsumer::Join() {
  const std::string retry_topic = model::RetryTopicOf(options_.group);
  auto retry = model::Subscription::Parse(retry_topic, model::kSubscribeAll, model::kExpressionTag,
                                          runtime_->clock().WallMs());
  if (!retry) co_return std::unexpected(ToSdkError(retry.error()));
  for (const auto& [topic, subscription] : subscriptions_) {
    auto route = co_await runtime_->FindRoute(topic, /*refresh=*/true);
    // A topic that is not there yet may appear later; an unreachable name server is an error now.
    if (!route && route.error().code != ErrorCode::kNoRoute)
      co_return std::unexpected(route.error());
    auto served = co_await CheckServed(subscription);
    if (!served) co_return served;
  }
  if (clustering()) subscriptions_[retry_topic] = *std::move(retry);
  co_await BeatOnce();
  co_return Status();
}

net::Task<void> RemotingPushConsumer::BeatOnce() {
  remoting::Heartbeat beat;
  beat.client_id = runtime_->client_id();
  remoting::ConsumerData consumer;
  consumer.group = options_.group;
  consumer.consume_type = remoting::ConsumeType::kPassively;
  consumer.message_model =
      clustering() ? remoting::MessageModel::kClustering : remoting::MessageModel::kBroadcasting;
  consumer.consume_from_where =
      options_.start_from == StartFrom::kFirst       ? remoting::ConsumeFromWhere::kFirstOffset
      : options_.start_from == StartFrom::kTimestamp ? remoting::ConsumeFromWhere::kTimestamp
                                                     : remoting::ConsumeFromWhere::kLastOffset;
  for (const auto& [topic, subscription] : subscriptions_)
    consumer.subscriptions.push_back(subscription);
  beat.consumers.push_back(std::move(consumer));
  const std::string body = remoting::EncodeHeartbeat(beat);
  for (const std::string& broker : runtime_->KnownBrokers()) {
    const std::string address = runtime_->AddressOf(broker, /*any_member=*/true);
    if (address.empty()) continue;
    // Named: GCC 12 copies an aggregate temporary of an awaited expression bit by bit.
    remoting::Request request{
        .code = remoting::request_code::kHeartBeat, .fields = {}, .body = body};
    (void)co_await runtime_->Call(address, std::move(request), options_.client.request_timeout_ms);
  }
}

net::Task<void> RemotingPushConsumer::Heartbeats() {
  for (;;) {
    co_await runtime_->pauses().For(options_.client.heartbeat_ms);
    if (runtime_->stopping() || leaving_) co_return;
    co_await BeatOnce();
  }
}

net::Task<remoting::ServerRequestAnswer> RemotingPushConsumer::Answer(
    remoting::ServerRequest request) {
  if (request.head.code == remoting::request_code::kNotifyConsumerIdsChanged) {
    rebalance_asked_ = true;
    rebalance_pause_.WakeAll();
    co_return remoting::ServerRequestAnswer{};
  }
  remoting::ServerRequestAnswer refused;
  refused.code = remoting::ResponseCode::kRequestCodeNotSupported;
  refused.remark = fmt::format(" request type {} not supported", request.head.code);
  co_return refused;
}

net::Task<Status> RemotingPushConsumer::Leave() {
  for (auto& [queue, held] : std::exchange(held_, {})) {
    co_await Commit(queue, held, /*wait=*/true);
    held->dropped = true;
    if (ordered() && clustering()) co_await Unlock(queue);
  }
  const Status flushed = offsets_->Flush();
  const remoting::UnregisterClientRequest fields{
      .client_id = runtime_->client_id(), .producer_group = {}, .consumer_group = options_.group};
  for (const std::string& broker : runtime_->KnownBrokers()) {
    const std::string address = runtime_->AddressOf(broker, /*any_member=*/true);
    if (address.empty()) continue;
    (void)co_await runtime_->Call(address,
                                  MakeRequest(remoting::request_code::kUnregisterClient, fields),
                                  options_.client.request_timeout_ms);
  }
  co_return flushed;
}

net::Task<void> RemotingPushConsumer::Rebalances() {
  for (;;) {
    if (runtime_->stopping() || leaving_) co_return;
    rebalance_asked_ = false;
    co_await RebalanceAll();
    if (!rebalance_asked_) co_await rebalance_pause_.For(kRebalanceMs);
  }
}

net::Task<void> RemotingPushConsumer::RebalanceAll() {
  std::vector<std::string> topics;
  for (const auto& [topic, subscription] : subscriptions_) topics.push_back(topic);
  bool whole = true;
  for (const std::string& topic : topics) {
    if (leaving_) co_return;
    const bool done = co_await RebalanceTopic(topic);
    whole = whole && done;
  }
  if (!whole && !leaving_) {
    co_await rebalance_pause_.For(kRebalanceSoonMs);
    rebalance_asked_ = true;
  }
}

}  // namespace pintle::client
