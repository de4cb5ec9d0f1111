#include "broker/ops/pull.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "model/topic.h"

namespace pintle::broker {
namespace {

std::unexpected<PullRefusal> RefusePull(RefusalCode code, std::string message,
                                        Forbidden forbidden = Forbidden::kNothing) {
  return std::unexpected(PullRefusal{{code, std::move(message)}, forbidden});
}

using SubscriptionPointer = ClientTable::SubscriptionPointer;

std::expected<SubscriptionPointer, PullRefusal> FindSubscription(Broker& broker,
                                                                 const PullRequest& request,
                                                                 const Group& group) {
  const ClientTable::Lookup found = broker.clients().Find(request.group, request.topic);
  if (!found.group_known) {
    return RefusePull(RefusalCode::kSubscriptionMissing, "the consumer's group info not exist");
  }
  if (!group.consume_broadcast_enable && found.model == MessageModel::kBroadcasting) {
    return RefusePull(
        RefusalCode::kNoPermission,
        fmt::format("the consumer group[{}] can not consume by broadcast way", request.group),
        Forbidden::kBroadcast);
  }
  if (broker.groups().IsReadForbidden(request.group, request.topic)) {
    return RefusePull(RefusalCode::kNoPermission,
                      fmt::format("the consumer group[{}] is forbidden for topic[{}]",
                                  request.group, request.topic),
                      Forbidden::kSubscription);
  }
  if (found.subscription == nullptr) {
    return RefusePull(RefusalCode::kSubscriptionMissing, "the consumer's subscription not exist");
  }
  if (found.subscription->version < request.subscription_version) {
    return RefusePull(RefusalCode::kSubscriptionStale, "the consumer's subscription not latest");
  }
  return found.subscription;
}

std::expected<std::unique_ptr<TagFilter>, PullRefusal> MakeFilter(Broker& broker,
                                                                  const PullRequest& request,
                                                                  const Group& group) {
  SubscriptionPointer subscription;
  if (request.has_subscription) {
    // The expression that nearly everybody sends needs no subscription at all.
    const bool tag =
        request.expression_type.empty() || request.expression_type == model::kExpressionTag;
    if (tag && (request.expression.empty() || request.expression == model::kSubscribeAll))
      return nullptr;
    auto parsed = model::Subscription::Parse(request.topic, request.expression,
                                             request.expression_type, request.subscription_version);
    if (!parsed) {
      return RefusePull(RefusalCode::kSubscriptionMalformed,
                        "parse the consumer's subscription failed");
    }
    subscription = std::make_shared<const model::Subscription>(*std::move(parsed));
  } else {
    auto found = FindSubscription(broker, request, group);
    if (!found) return std::unexpected(std::move(found).error());
    subscription = *std::move(found);
  }
  if (!subscription->is_tag()) {
    return RefusePull(
        RefusalCode::kInternal,
        "The broker does not support consumer to filter message by " + subscription->type);
  }
  auto filter = std::make_unique<TagFilter>(std::move(subscription));
  if (filter->passes_all()) return nullptr;
  return filter;
}

}  // namespace

std::expected<Pull, PullRefusal> PreparePull(Broker& broker, const PullRequest& request) {
  const std::string& host = broker.address().advertised.host;
  if ((broker.options().perm & model::kPermRead) == 0) {
    return RefusePull(RefusalCode::kNoPermission,
                      fmt::format("the broker[{}] pulling message is forbidden", host),
                      Forbidden::kBroker);
  }
  if (request.lite && !broker.options().lite_pull) {
    return RefusePull(RefusalCode::kNoPermission,
                      fmt::format("the broker[{}] for lite pull consumer is forbidden", host),
                      Forbidden::kBroker);
  }
  Pull pull;
  pull.group = broker.groups().FindOrCreate(request.group);
  if (pull.group == nullptr) {
    return RefusePull(RefusalCode::kGroupMissing,
                      fmt::format("subscription group [{}] does not exist, ", request.group));
  }
  if (!pull.group->consume_enable) {
    return RefusePull(RefusalCode::kNoPermission,
                      fmt::format("subscription group no permission, {}", request.group),
                      Forbidden::kGroup);
  }
  pull.topic = broker.topics().Find(request.topic);
  if (pull.topic == nullptr) {
    return RefusePull(RefusalCode::kTopicMissing,
                      fmt::format("topic[{}] not exist, apply first please! ", request.topic));
  }
  if (!pull.topic->config().readable()) {
    return RefusePull(RefusalCode::kNoPermission,
                      fmt::format("the topic[{}] pulling message is forbidden", request.topic),
                      Forbidden::kTopic);
  }
  const int32_t read_queues = pull.topic->config().read_queues;
  if (request.queue_id < 0 || request.queue_id >= read_queues) {
    return RefusePull(
        RefusalCode::kInvalidParameter,
        fmt::format("queueId[{}] is illegal, topic:[{}] topicConfig.readQueueNums:[{}] "
                    "consumer:[/{}]",
                    request.queue_id, request.topic, read_queues, request.from.ToString()));
  }
  auto filter = MakeFilter(broker, request, *pull.group);
  if (!filter) return std::unexpected(std::move(filter).error());
  pull.filter = *std::move(filter);
  const auto queue = pull.topic->Queue(request.queue_id);
  if (!queue) return RefusePull(RefusalCode::kInternal, queue.error().message);
  pull.queue = *queue;
  pull.queue_id = request.queue_id;
  pull.offset = request.offset;
  pull.limits.messages = request.messages_max;
  pull.limits.bytes = request.bytes_max;
  return pull;
}

bool IsColdPull(Broker& broker, const Pull& pull) {
  return !broker.store().IsRecent(*pull.queue, pull.offset);
}

PullResult ReadPull(Broker& broker, const Pull& pull, bool cold) {
  const BrokerOptions& options = broker.options();
  const auto reset =
      broker.offsets().TakeReset(pull.topic->name(), pull.group->name, pull.queue_id);
  if (reset) {
    PullResult result;
    result.reset = true;
    result.read.next = *reset;
    result.read.min = broker.store().MinOffset(pull.topic->name(), pull.queue_id);
    result.read.max = broker.store().MaxOffset(pull.topic->name(), pull.queue_id);
    return result;
  }
  store::ReadLimits limits;
  limits.messages = std::clamp(pull.limits.messages, 1,
                               cold ? options.cold_messages_max : options.recent_messages_max);
  limits.bytes =
      std::min(pull.limits.bytes, cold ? options.cold_bytes_max : options.recent_bytes_max);
  PullResult result;
  result.read = broker.store().Read(*pull.queue, pull.offset, limits, pull.filter.get());
  broker.traffic().OnGet(result.read.messages);
  return result;
}

}  // namespace pintle::broker
