#include "broker/ops/pull.h"

#include <algorithm>
#include <utility>

#include "model/topic.h"

namespace pintle::broker {
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
  FilterRequest wanted;
  wanted.group = request.group;
  wanted.topic = request.topic;
  wanted.has_subscription = request.has_subscription;
  wanted.expression = request.expression;
  wanted.expression_type = request.expression_type;
  wanted.subscription_version = request.subscription_version;
  auto filter = MakePullFilter(broker, wanted, *pull.group);
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
  limits.recent_only = !cold;
  PullResult result;
  result.read = broker.store().Read(*pull.queue, pull.offset, limits, pull.filter.get());
  // A read that is to be repeated is counted then.
  if (result.read.status != store::ReadStatus::kNotRecent)
    broker.traffic().OnGet(result.read.messages);
  return result;
}

}  // namespace pintle::broker
