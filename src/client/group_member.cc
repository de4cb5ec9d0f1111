#include "client/group_member.h"

#include <algorithm>
#include <utility>

#include "filter/selector.h"
#include "model/topic.h"
#include "remoting/bodies/check_client_config.h"
#include "remoting/bodies/name_list.h"
#include "remoting/protocol/get_consumer_list_by_group.h"
#include "remoting/protocol/unregister_client.h"

namespace pintle::client {

namespace {

constexpr int64_t kRebalanceMs = 20'000;
constexpr int64_t kRebalanceSoonMs = 1'000;  // after one that could not finish

}  // namespace

GroupMember::GroupMember(ClientRuntime& runtime, OffsetStore& offsets, GroupMemberOptions options,
                         Rebalance rebalance)
    : runtime_(runtime),
      offsets_(offsets),
      options_(std::move(options)),
      rebalance_(std::move(rebalance)),
      reader_(runtime, options_.group),
      rebalance_pause_(runtime.loop()),
      turn_ends_(runtime.loop()) {}

Result<model::Subscription> GroupMember::Compile(std::string_view type, const std::string& topic,
                                                 const std::string& expression, int64_t version) {
  if (auto valid = model::ValidateTopicName(topic); !valid)
    return std::unexpected(ToSdkError(valid.error()));
  if (type == model::kExpressionSql92) {
    if (auto compiled = filter::Selector::Compile(expression); !compiled)
      return std::unexpected(ToSdkError(compiled.error()));
  }
  auto subscription = model::Subscription::Parse(topic, expression, type, version);
  if (!subscription) return std::unexpected(ToSdkError(subscription.error()));
  return *std::move(subscription);
}

net::Task<Result<uint64_t>> GroupMember::Subscribe(model::Subscription subscription) {
  if (joined_) {
    auto served = co_await CheckServed(subscription);
    if (!served) co_return std::unexpected(served.error());
  }
  subscriptions_[subscription.topic] = std::move(subscription);
  const uint64_t turn = turns_;
  if (joined_) {
    co_await BeatOnce();
    RebalanceSoon();
  }
  co_return turn;
}

const model::Subscription* GroupMember::FindSubscription(const std::string& topic) const {
  const auto found = subscriptions_.find(topic);
  return found == subscriptions_.end() ? nullptr : &found->second;
}

void GroupMember::RebalanceSoon() {
  rebalance_asked_ = true;
  rebalance_pause_.WakeAll();
}

void GroupMember::BeginLeave() {
  leaving_ = true;
  rebalance_pause_.End();
  turn_ends_.End();
}

net::Task<void> GroupMember::AwaitTurnAfter(uint64_t turn) {
  while (turns_ended_ <= turn && !leaving_ && !runtime_.stopping())
    co_await turn_ends_.For(kRebalanceSoonMs);
}

net::Task<Status> GroupMember::CheckServed(model::Subscription subscription) {
  if (subscription.is_tag()) co_return Status();
  auto route = co_await runtime_.FindRoute(subscription.topic, /*refresh=*/false);
  // Where the topic is not there yet, its first pull tells.
  if (!route) co_return Status();
  remoting::CheckClientConfig check;
  check.client_id = runtime_.client_id();
  check.group = options_.group;
  check.subscription = std::move(subscription);
  const std::string body = remoting::EncodeCheckClientConfig(check);
  for (const model::BrokerRoute& broker : (*route)->brokers) {
    const std::string address = runtime_.AddressOf(broker.broker_name, /*any_member=*/true);
    if (address.empty()) continue;
    remoting::Request request{
        .code = remoting::request_code::kCheckClientConfig, .fields = {}, .body = body};
    auto answer = co_await runtime_.CallOk(address, std::move(request),
                                           runtime_.options().request_timeout_ms);
    if (!answer) co_return std::unexpected(answer.error());
  }
  co_return Status();
}

net::Task<Status> GroupMember::Join() {
  const std::string retry_topic = model::RetryTopicOf(options_.group);
  auto retry = model::Subscription::Parse(retry_topic, model::kSubscribeAll, model::kExpressionTag,
                                          runtime_.clock().WallMs());
  if (!retry) co_return std::unexpected(ToSdkError(retry.error()));
  for (const auto& [topic, subscription] : subscriptions_) {
    auto route = co_await runtime_.FindRoute(topic, /*refresh=*/true);
    // A topic that is not there yet may appear later; an unreachable name server is an error now.
    if (!route && route.error().code != ErrorCode::kNoRoute)
      co_return std::unexpected(route.error());
    auto served = co_await CheckServed(subscription);
    if (!served) co_return served;
  }
  if (options_.retries) subscriptions_[retry_topic] = *std::move(retry);
  co_await BeatOnce();
  joined_ = true;
  // Queues came or went: they are shared out anew at once, not with the next turn.
  runtime_.SetRouteListener([this] { RebalanceSoon(); });
  runtime_.Launch(Heartbeats());
  runtime_.Launch(Rebalances());
  co_return Status();
}

net::Task<void> GroupMember::BeatOnce() {
  remoting::Heartbeat beat;
  beat.client_id = runtime_.client_id();
  remoting::ConsumerData consumer;
  consumer.group = options_.group;
  consumer.consume_type = options_.consume_type;
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
  for (const std::string& broker : runtime_.KnownBrokers()) {
    const std::string address = runtime_.AddressOf(broker, /*any_member=*/true);
    if (address.empty()) continue;
    // Named: GCC 12 copies an aggregate temporary of an awaited expression bit by bit.
    remoting::Request request{
        .code = remoting::request_code::kHeartBeat, .fields = {}, .body = body};
    (void)co_await runtime_.Call(address, std::move(request),
                                 runtime_.options().request_timeout_ms);
  }
}

net::Task<void> GroupMember::Heartbeats() {
  for (;;) {
    co_await runtime_.pauses().For(runtime_.options().heartbeat_ms);
    if (runtime_.stopping() || leaving_) co_return;
    co_await BeatOnce();
  }
}

net::Task<void> GroupMember::Leave() {
  const remoting::UnregisterClientRequest fields{
      .client_id = runtime_.client_id(), .producer_group = {}, .consumer_group = options_.group};
  for (const std::string& broker : runtime_.KnownBrokers()) {
    const std::string address = runtime_.AddressOf(broker, /*any_member=*/true);
    if (address.empty()) continue;
    auto request = MakeRequest(remoting::request_code::kUnregisterClient, fields);
    (void)co_await runtime_.Call(address, std::move(request),
                                 runtime_.options().request_timeout_ms);
  }
}

net::Task<Result<std::vector<std::string>>> GroupMember::Members(std::string topic) {
  auto route = co_await runtime_.FindRoute(topic, /*refresh=*/false);
  if (!route) co_return std::unexpected(route.error());
  Error last{.code = ErrorCode::kNoRoute, .broker_code = 0, .message = "no broker has the topic"};
  for (const model::BrokerRoute& broker : (*route)->brokers) {
    const std::string address = runtime_.AddressOf(broker.broker_name, /*any_member=*/true);
    if (address.empty()) continue;
    const remoting::GetConsumerListByGroupRequest fields{.consumer_group = options_.group};
    auto answer = co_await runtime_.CallOk(
        address, MakeRequest(remoting::request_code::kGetConsumerListByGroup, fields),
        runtime_.options().request_timeout_ms);
    if (!answer) {
      last = answer.error();
      continue;
    }
    auto members = remoting::DecodeNameList(remoting::kConsumerIdList, (*answer)->command.body);
    if (!members) co_return std::unexpected(ToSdkError(members.error()));
    std::ranges::sort(*members);
    co_return *std::move(members);
  }
  co_return std::unexpected(last);
}

net::Task<Result<std::vector<MessageQueue>>> GroupMember::Share(std::string topic) {
  auto route = co_await runtime_.FindRoute(topic, /*refresh=*/false);
  if (!route) co_return std::unexpected(route.error());
  std::vector<MessageQueue> all = ReadableQueues(topic, **route);
  if (!clustering() || all.empty()) co_return all;
  auto members = co_await Members(topic);
  if (!members || std::ranges::find(*members, runtime_.client_id()) == members->end()) {
    // The broker does not know of this member: the topic has come after the last heartbeat.
    co_await BeatOnce();
    members = co_await Members(topic);
  }
  if (!members) co_return std::unexpected(members.error());
  if (members->empty()) co_return std::vector<MessageQueue>();
  co_return options_.allocation(runtime_.client_id(), all, *members);
}

net::Task<Result<int64_t>> GroupMember::StartOffset(MessageQueue queue) {
  auto kept = co_await offsets_.Read(queue);
  if (!kept) co_return std::unexpected(kept.error());
  if (*kept) co_return **kept;
  if (model::IsRetryTopic(queue.topic)) co_return 0;
  switch (options_.start_from) {
    case StartFrom::kFirst:
      co_return 0;
    case StartFrom::kLast:
      co_return co_await reader_.MaxOffset(queue);
    case StartFrom::kTimestamp:
      co_return co_await reader_.OffsetAt(queue, options_.start_timestamp_ms);
  }
  co_return 0;
}

net::Task<void> GroupMember::Rebalances() {
  for (;;) {
    if (runtime_.stopping() || leaving_) co_return;
    rebalance_asked_ = false;
    co_await RebalanceAll();
    if (!rebalance_asked_) co_await rebalance_pause_.For(kRebalanceMs);
  }
}

net::Task<void> GroupMember::RebalanceAll() {
  std::vector<std::string> topics;
  for (const auto& [topic, subscription] : subscriptions_) topics.push_back(topic);
  bool whole = true;
  const uint64_t turn = ++turns_;
  for (const std::string& topic : topics) {
    if (leaving_) co_return;
    const bool done = co_await rebalance_(topic);
    whole = whole && done;
  }
  turns_ended_ = turn;
  turn_ends_.WakeAll();
  if (!whole && !leaving_) {
    co_await rebalance_pause_.For(kRebalanceSoonMs);
    rebalance_asked_ = true;
  }
}

}  // namespace pintle::client
