#include "broker/delay/delayed_message.h"

#include <charconv>

#include "broker/ops/topics.h"
#include "model/properties.h"
#include "model/topic.h"

namespace pintle::broker {
namespace {

namespace property = model::property;

}  // namespace

int32_t DelayLevelOf(const model::DelayLevels& levels, int32_t sys_flag, int32_t delay_property) {
  const int32_t type = sys_flag & model::kSysTransactionMask;
  if (type == model::kSysPrepared || type == model::kSysRollback) return 0;
  return model::ClampDelayLevel(levels, delay_property);
}

std::string DelayedProperties(std::string_view text, int32_t level, std::string_view topic,
                              int32_t queue_id) {
  model::Properties properties = model::Properties::Parse(text);
  // A level wins over an exact time.
  for (const std::string_view name :
       {property::kTimerDeliverMs, property::kTimerDelaySeconds, property::kTimerDelayMs})
    properties.Remove(name);
  properties.Set(property::kDelayLevel, std::to_string(level));
  properties.Set(property::kRealTopic, topic);
  properties.Set(property::kRealQueueId, std::to_string(queue_id));
  return properties.ToText();
}

Status DelayMessage(store::MessageStore& store, const model::DelayLevels& levels, int32_t level,
                    store::NewMessage& message) {
  const int32_t queue_id = level - 1;
  PINTLE_ASSIGN(message.queue, store.OpenQueue(model::kScheduleTopic, queue_id));
  message.parts.topic = model::kScheduleTopic;
  message.parts.queue_id = queue_id;
  message.delay_ms = levels[static_cast<size_t>(queue_id)];
  return {};
}

Result<store::NewMessage> DueMessage(store::MessageStore& store, const TopicTable& topics,
                                     const model::Record& record) {
  const auto find = [&record](std::string_view name) {
    return model::FindProperty(record.properties, name).value_or(std::string_view());
  };
  const std::string_view topic = find(property::kRealTopic);
  const std::string_view queue_text = find(property::kRealQueueId);
  int32_t queue_id = -1;
  const auto [end, error] =
      std::from_chars(queue_text.data(), queue_text.data() + queue_text.size(), queue_id);
  if (topic.empty() || error != std::errc() || end != queue_text.data() + queue_text.size() ||
      queue_id < 0)
    return Malformed("a delayed message without a topic and a queue to go to");
  if (topic == model::kHalfTopic || topic == model::kScheduleTopic)
    return Malformed("a delayed message must not go to {}", topic);

  if (const auto known = topics.Find(topic)) queue_id = QueueNow(*known, queue_id);
  store::NewMessage message;
  const auto queue = store.OpenQueue(topic, queue_id);
  if (!queue && queue.error().code == ErrorCode::kInvalidArgument)
    return Malformed("a delayed message goes to no topic: {}", queue.error().message);
  PINTLE_ASSIGN(message.queue, queue);
  message.parts.topic = topic;
  message.parts.queue_id = queue_id;
  message.parts.flag = record.flag;
  message.parts.sys_flag = record.sys_flag;
  message.parts.born_timestamp = record.born_timestamp;
  message.parts.born_host = record.born_host;
  message.parts.store_host = record.store_host;
  message.parts.reconsume_times = record.reconsume_times;
  message.parts.body = record.body;
  // As they are, DELAY too: RocketMQ keeps it, and consumers read it.
  message.parts.properties = {record.properties, {}, {}};
  message.tags_code = model::TagsCode(find(property::kTags));
  message.uniq_key = find(property::kUniqKey);
  message.keys = find(property::kKeys);
  return message;
}

}  // namespace pintle::broker
