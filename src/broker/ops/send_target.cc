#include "broker/ops/send_target.h"

#include <algorithm>

#include "base/java_text.h"
#include "base/log.h"
#include "broker/ops/checks.h"
#include "model/topic.h"

namespace pintle::broker {
namespace {

constexpr int32_t kUnit = 1;
constexpr int32_t kUnitSubscription = 2;
constexpr int32_t kDlqQueues = 1;

Outcome<TopicChange> FindOrMake(Broker& broker, const SendTargetRequest& request) {
  const bool retry = model::IsRetryTopic(request.topic);
  const int32_t sys_flag = !request.unit_mode ? 0 : retry ? kUnitSubscription : kUnit;
  auto made = broker.topics().FindOrInherit(request.topic, request.default_topic,
                                            request.default_topic_queues, sys_flag);
  if (made) return made;
  if (retry) {
    TopicDefaults defaults;
    defaults.sys_flag = sys_flag;
    return broker.topics().FindOrCreate(request.topic, defaults);
  }
  if (made.error().code == RefusalCode::kUnavailable) return made;
  return Refuse(RefusalCode::kTopicMissing,
                "topic[{}] not exist, apply first please! Create it with: pintle topic create {}",
                request.topic, request.topic);
}

std::string PermText(int32_t perm) {
  std::string text = "---";
  if ((perm & model::kPermRead) != 0) text[0] = 'R';
  if ((perm & model::kPermWrite) != 0) text[1] = 'W';
  if ((perm & model::kPermInherit) != 0) text[2] = 'X';
  return text;
}

// The group that a retry topic is for; pop's are "%RETRY%group+topic".
std::string_view GroupOf(std::string_view retry_topic) {
  const std::string_view rest = retry_topic.substr(model::kRetryPrefix.size());
  return rest.substr(0, rest.find('+'));
}

}  // namespace

std::string DescribeTopic(const model::TopicConfig& config) {
  std::string attributes;
  for (const auto& [name, value] : config.attributes)
    attributes += fmt::format("{}{}={}", attributes.empty() ? "" : ", ", name, value);
  const bool multi = config.filter_type == model::TopicFilterType::kMultiTag;
  return fmt::format(
      "TopicConfig [topicName={}, readQueueNums={}, writeQueueNums={}, perm={}, "
      "topicFilterType={}, topicSysFlag={}, order={}, attributes={{{}}}]",
      config.name, config.read_queues, config.write_queues, PermText(config.perm),
      multi ? "MULTI_TAG" : "SINGLE_TAG", config.sys_flag, config.order, attributes);
}

Outcome<SendTarget> ChooseSendTarget(Broker& broker, const SendTargetRequest& request) {
  if (broker.stopping()) [[unlikely]] {
    return Refuse(RefusalCode::kUnavailable,
                  "service not available now: the broker is shutting down");
  }
  SendTarget target;
  target.topic = broker.topics().Find(request.topic);
  if ((broker.options().perm & model::kPermWrite) == 0 && target.topic != nullptr &&
      target.topic->config().order) [[unlikely]] {
    return Refuse(RefusalCode::kNoPermission, "the broker[{}] sending message is forbidden",
                  broker.address().advertised.host);
  }
  // A topic that exists has a name that is allowed.
  if (target.topic == nullptr) {
    if (auto valid = CheckTopicName(request.topic); !valid)
      return std::unexpected(std::move(valid).error());
  }
  if (target.topic == nullptr || target.topic->send_forbidden()) [[unlikely]] {
    if (model::IsSendForbidden(request.topic)) {
      return Refuse(RefusalCode::kNoPermission, "Sending message to topic[{}] is forbidden.",
                    request.topic);
    }
    auto made = FindOrMake(broker, request);
    if (!made) return std::unexpected(std::move(made).error());
    target.topic = std::move(made->topic);
    target.topic_change = made->change;
  }
  if (request.queue_id >= target.topic->queue_count()) [[unlikely]] {
    return Refuse(RefusalCode::kInvalidParameter, "request queueId[{}] is illegal, {} Producer: {}",
                  request.queue_id, DescribeTopic(target.topic->config()), request.from.ToString());
  }
  target.queue_id = request.queue_id;
  if (target.queue_id < 0) {
    const int32_t queues = target.topic->config().write_queues;
    if (queues <= 0)
      return Refuse(RefusalCode::kInternal, "topic {} has no queue to write to", request.topic);
    target.queue_id =
        static_cast<int32_t>(target.topic->NextQueue() % static_cast<uint32_t>(queues));
  }
  return target;
}

TopicChange DeadLetterTopic(Broker& broker, std::string_view group) {
  const std::string name = model::DlqTopicOf(group);
  if (auto topic = broker.topics().Find(name)) return {std::move(topic), 0};
  TopicDefaults defaults;
  defaults.queues = kDlqQueues;
  return broker.topics().FindOrCreate(name, defaults);
}

Outcome<bool> DivertToDeadLetters(Broker& broker, int32_t reconsume_times,
                                  std::optional<int32_t> max_reconsume_times, SendTarget& target) {
  const std::string group_name(GroupOf(target.topic->name()));
  const auto group = broker.groups().FindOrCreate(group_name);
  if (group == nullptr) {
    return Refuse(RefusalCode::kGroupMissing, "subscription group not exist, {}", group_name);
  }
  const int32_t most = max_reconsume_times.value_or(group->retry_max_times);
  // A group that holds queue locks consumes in order: it sends here only what it has given up.
  if (reconsume_times <= most && !broker.queue_locks().AnyHeld(group_name)) return false;

  const TopicChange dlq = DeadLetterTopic(broker, group_name);
  target.topic = dlq.topic;
  target.queue_id = 0;
  target.topic_change = std::max(target.topic_change, dlq.change);
  return true;
}

Refusal IllegalMessage(const Broker& broker) {
  return {RefusalCode::kMessageIllegal,
          fmt::format("the message is illegal, maybe msg body or properties length not matched. "
                      "msg body length limit {}B, msg properties length limit 32KB.",
                      broker.options().message_bytes_max)};
}

Refusal StoreRefusal(const Broker& broker, const Error& error) {
  switch (error.code) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kMalformed:
      return IllegalMessage(broker);
    case ErrorCode::kOverloaded:
    case ErrorCode::kBusy:
      return {
          RefusalCode::kBusy,
          fmt::format("[PC_SYNCHRONIZED]broker busy, start flow control for a while: {}; nothing "
                      "was stored: send again, to another broker where there is one",
                      error.message)};
    case ErrorCode::kNoSpace:
    case ErrorCode::kUnavailable:
    case ErrorCode::kClosed:
      return {RefusalCode::kUnavailable, "service not available now: " + error.message};
    case ErrorCode::kNotFound:
    case ErrorCode::kAlreadyExists:
    case ErrorCode::kPermissionDenied:
    case ErrorCode::kTimeout:
    case ErrorCode::kIo:
    case ErrorCode::kCorrupt:
    case ErrorCode::kUnsupported:
    case ErrorCode::kInternal:
      break;
  }
  return {RefusalCode::kInternal, error.message};
}

}  // namespace pintle::broker
