#include "broker/ops/send_back.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/log.h"
#include "broker/delay/delayed_message.h"
#include "broker/ops/checks.h"
#include "broker/ops/send_target.h"
#include "model/message_id.h"
#include "model/properties.h"
#include "model/record.h"
#include "model/topic.h"

namespace pintle::broker {
namespace {

namespace property = model::property;

constexpr int32_t kFirstRetryLevel = 3;
constexpr size_t kFirstRetryIndex = 2;  // of a customized policy, which is a list of levels
constexpr int32_t kUnitSubscription = 2;

int64_t PolicyDelayMs(const model::RetryPolicy& policy, int32_t reconsume_times) {
  const int32_t times = std::max(reconsume_times, 0);
  switch (policy.kind) {
    case model::RetryPolicy::Kind::kCustomized:
      return policy.next_ms[std::min(static_cast<size_t>(times) + kFirstRetryIndex,
                                     policy.next_ms.size() - 1)];
    case model::RetryPolicy::Kind::kExponential: {
      // RocketMQ's multiplier grows no further than its 32nd power.
      int64_t delay_ms = std::max<int64_t>(policy.initial_ms, 0);
      for (int32_t i = 0; i < std::min(times, 32) && delay_ms < policy.max_ms; ++i) {
        if (__builtin_mul_overflow(delay_ms, policy.multiplier, &delay_ms)) return policy.max_ms;
      }
      return std::min(delay_ms, policy.max_ms);
    }
  }
  return 0;
}

// Where the message goes now.
struct Destination {
  std::shared_ptr<const Topic> topic;
  int32_t queue_id = 0;
  int32_t level = 0;           // of the delay before it; 0: none
  int32_t delay_property = 0;  // what its DELAY says
  bool dead = false;
  MetadataFile::Change topic_change = 0;
};

Outcome<Destination> RetryDestination(Broker& broker, const SendBackRequest& request,
                                      const Group& group) {
  if ((broker.options().perm & model::kPermWrite) == 0) {
    return Refuse(RefusalCode::kNoPermission, "the broker[{}] sending message is forbidden",
                  broker.address().advertised.host);
  }
  TopicDefaults defaults;
  defaults.queues = group.retry_queues;
  defaults.sys_flag = request.unit_mode ? kUnitSubscription : 0;
  const std::string name = model::RetryTopicOf(group.name);
  TopicChange retry{broker.topics().Find(name), 0};
  // Only a missing one: of one that is there this would change whether it is ordered.
  if (retry.topic == nullptr) retry = broker.topics().FindOrCreate(name, defaults);
  if (!retry.topic->config().writable()) {
    return Refuse(RefusalCode::kNoPermission, "the topic[{}] sending message is forbidden",
                  retry.topic->name());
  }
  Destination to;
  to.queue_id =
      static_cast<int32_t>(retry.topic->NextQueue() % static_cast<uint32_t>(group.retry_queues));
  to.queue_id = std::min(to.queue_id, std::max(retry.topic->queue_count() - 1, 0));
  to.topic = std::move(retry.topic);
  to.topic_change = retry.change;
  return to;
}

// Chooses between another try and giving up.
void Decide(Broker& broker, const SendBackRequest& request, const Group& group,
            int32_t reconsume_times, Destination& to) {
  const int32_t most = request.max_reconsume_times.value_or(group.retry_max_times);
  if (reconsume_times < most && request.delay_level >= 0) {
    const model::DelayLevels& levels = broker.options().delay_levels_ms;
    to.delay_property = request.delay_level > 0
                            ? request.delay_level
                            : RetryLevelOf(levels, group.retry_policy, reconsume_times);
    to.level = model::ClampDelayLevel(levels, to.delay_property);
    return;
  }
  TopicChange dlq = DeadLetterTopic(broker, group.name);
  to.topic = std::move(dlq.topic);
  to.topic_change = std::max(to.topic_change, dlq.change);
  to.queue_id = 0;
  to.dead = true;
}

// The message's properties, and where it first came from, who has it and how long it waits.
std::string RetryProperties(const model::Record& record, const Destination& to) {
  model::Properties properties = model::Properties::Parse(record.properties);
  if (!properties.Get(property::kRetryTopic)) properties.Set(property::kRetryTopic, record.topic);
  properties.Set(property::kWaitStoreOk, "false");
  properties.Set(property::kDelayLevel, std::to_string(to.delay_property));
  if (IsBlank(properties.Get(property::kOriginMessageId).value_or(""))) {
    properties.Set(property::kOriginMessageId,
                   model::OffsetMessageId{record.store_host, record.log_offset}.ToString());
  }
  std::string text = properties.ToText();
  if (to.level == 0) return text;
  return DelayedProperties(text, to.level, to.topic->name(), to.queue_id);
}

Outcome<store::Appended> Store(Broker& broker, const model::Record& record, const Destination& to) {
  const std::string properties = RetryProperties(record, to);
  const auto queue = to.topic->Queue(to.queue_id);
  if (!queue) return std::unexpected(StoreRefusal(broker, queue.error()));
  store::NewMessage message;
  message.queue = *queue;
  message.parts.topic = to.topic->name();
  message.parts.queue_id = to.queue_id;
  message.parts.flag = record.flag;
  message.parts.sys_flag = record.sys_flag;
  message.parts.born_timestamp = record.born_timestamp;
  message.parts.born_host = record.born_host;
  message.parts.store_host = broker.address().host;
  message.parts.reconsume_times = record.reconsume_times + 1;
  message.parts.body = record.body;
  message.parts.properties = {properties, {}, {}};
  const auto find = [&properties](std::string_view name) {
    return model::FindProperty(properties, name).value_or(std::string_view());
  };
  message.tags_code = model::TagsCode(find(property::kTags));
  message.uniq_key = find(property::kUniqKey);
  message.keys = find(property::kKeys);
  if (to.level > 0) {
    const auto delayed =
        DelayMessage(broker.store(), broker.options().delay_levels_ms, to.level, message);
    if (!delayed) return std::unexpected(StoreRefusal(broker, delayed.error()));
  }
  const auto appended = broker.store().Append(message);
  if (!appended) {
    broker.traffic().OnPutFailure();
    return std::unexpected(StoreRefusal(broker, appended.error()));
  }
  broker.traffic().OnPut(1, appended->end - appended->offset);
  if (to.level > 0) broker.delays().OnStored(to.level, *appended);
  return *appended;
}

}  // namespace

int32_t RetryLevelOf(const model::DelayLevels& levels, const model::RetryPolicy& policy,
                     int32_t reconsume_times) {
  const bool own = policy.kind == model::RetryPolicy::Kind::kExponential || !policy.next_ms.empty();
  if (!own) return kFirstRetryLevel + reconsume_times;
  const int64_t delay_ms = PolicyDelayMs(policy, reconsume_times);
  size_t best = levels.size();
  for (size_t i = 0; i < levels.size(); ++i) {
    if (levels[i] >= delay_ms && (best == levels.size() || levels[i] < levels[best])) best = i;
  }
  if (best < levels.size()) return static_cast<int32_t>(best) + 1;
  // Longer than any level: the longest.
  return static_cast<int32_t>(std::ranges::max_element(levels) - levels.begin()) + 1;
}

Outcome<SentBack> SendBack(Broker& broker, const SendBackRequest& request) {
  const auto group = broker.groups().FindOrCreate(request.group);
  if (group == nullptr)
    return Refuse(RefusalCode::kGroupMissing, "subscription group not exist, {}", request.group);
  if (group->retry_queues <= 0) return SentBack{};
  auto to = RetryDestination(broker, request, *group);
  if (!to) return std::unexpected(std::move(to).error());

  const auto stored = broker.store().ReadRecord(request.offset);
  if (!stored) {
    return Refuse(RefusalCode::kInternal, "look message by offset failed, {}",
                  request.offset.value());
  }
  const auto record = model::DecodeRecord(stored->bytes, /*check_crc=*/false);
  if (!record) return std::unexpected(ToRefusal(record.error()));
  Decide(broker, request, *group, record->reconsume_times, *to);
  const auto appended = Store(broker, *record, *to);
  if (!appended) return std::unexpected(appended.error());
  if (to->dead) {
    PINTLE_LOG(
        kInfo, "retry: group {} gives up message {} of topic {} after {} tries: it is in {}",
        group->name, model::FindProperty(record->properties, property::kUniqKey).value_or("?"),
        model::FindProperty(record->properties, property::kRetryTopic).value_or(record->topic),
        record->reconsume_times, to->topic->name());
  }
  SentBack back;
  back.stored = true;
  back.dead = to->dead;
  back.end = appended->end;
  back.topic_change = to->topic_change;
  return back;
}

}  // namespace pintle::broker
