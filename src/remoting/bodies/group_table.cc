#include "remoting/bodies/group_table.h"

#include "remoting/bodies/json_parts.h"

namespace pintle::remoting {

template <>
struct FieldEnumNames<model::RetryPolicy::Kind> {
  static constexpr std::array<std::string_view, 2> kNames = {"CUSTOMIZED", "EXPONENTIAL"};
};

namespace {

void WriteRetryPolicy(JsonWriter& out, const model::RetryPolicy& policy) {
  out.BeginObject();
  switch (policy.kind) {
    case model::RetryPolicy::Kind::kCustomized:
      if (!policy.next_ms.empty()) {
        out.Key("customizedRetryPolicy");
        out.BeginObject();
        out.Key("next");
        out.BeginArray();
        for (const int64_t delay : policy.next_ms) out.Int(delay);
        out.EndArray();
        out.EndObject();
      }
      break;
    case model::RetryPolicy::Kind::kExponential:
      out.Key("exponentialRetryPolicy");
      out.BeginObject();
      out.Member("initial", policy.initial_ms);
      out.Member("max", policy.max_ms);
      out.Member("multiplier", policy.multiplier);
      out.EndObject();
      break;
  }
  out.Key("type");
  out.String(EnumName(policy.kind));
  out.EndObject();
}

model::RetryPolicy ReadRetryPolicy(const JsonValue& value) {
  model::RetryPolicy policy;
  policy.kind = ReadEnum(value, "type", policy.kind);
  if (const JsonValue* custom = value.Find("customizedRetryPolicy")) {
    for (const JsonValue& delay : custom->Items("next"))
      policy.next_ms.push_back(delay.AsInt().value_or(0));
  }
  if (const JsonValue* exponential = value.Find("exponentialRetryPolicy")) {
    policy.initial_ms = exponential->Int("initial", policy.initial_ms);
    policy.max_ms = exponential->Int("max", policy.max_ms);
    policy.multiplier = exponential->Int("multiplier", policy.multiplier);
  }
  return policy;
}

}  // namespace

void WriteGroupConfig(JsonWriter& out, const model::SubscriptionGroupConfig& group) {
  out.BeginObject();
  out.Key("attributes");
  WriteStringMap(out, group.attributes);
  out.Member("brokerId", group.broker_id);
  out.Member("consumeBroadcastEnable", group.consume_broadcast_enable);
  out.Member("consumeEnable", group.consume_enable);
  out.Member("consumeFromMinEnable", group.consume_from_min_enable);
  out.Member("consumeMessageOrderly", group.consume_message_orderly);
  out.Member("consumeTimeoutMinute", group.consume_timeout_minutes);
  out.Member("groupName", group.name);
  out.Key("groupRetryPolicy");
  WriteRetryPolicy(out, group.retry_policy);
  out.Member("groupSysFlag", group.group_sys_flag);
  out.Member("notifyConsumerIdsChangedEnable", group.notify_consumer_ids_changed_enable);
  out.Member("retryMaxTimes", group.retry_max_times);
  out.Member("retryQueueNums", group.retry_queues);
  if (!group.subscription_data_set.empty()) {
    out.Key("subscriptionDataSet");
    out.Raw(group.subscription_data_set);
  }
  out.Member("whichBrokerWhenConsumeSlowly", group.which_broker_when_consume_slowly);
  out.EndObject();
}

model::SubscriptionGroupConfig ReadGroupConfig(const JsonValue& value) {
  model::SubscriptionGroupConfig group;
  group.name = value.String("groupName");
  group.consume_enable = value.Bool("consumeEnable", group.consume_enable);
  group.consume_from_min_enable = value.Bool("consumeFromMinEnable", group.consume_from_min_enable);
  group.consume_broadcast_enable =
      value.Bool("consumeBroadcastEnable", group.consume_broadcast_enable);
  group.consume_message_orderly =
      value.Bool("consumeMessageOrderly", group.consume_message_orderly);
  group.retry_queues = static_cast<int32_t>(value.Int("retryQueueNums", group.retry_queues));
  group.retry_max_times = static_cast<int32_t>(value.Int("retryMaxTimes", group.retry_max_times));
  if (const JsonValue* policy = value.Find("groupRetryPolicy"))
    group.retry_policy = ReadRetryPolicy(*policy);
  group.broker_id = value.Int("brokerId", group.broker_id);
  group.which_broker_when_consume_slowly =
      value.Int("whichBrokerWhenConsumeSlowly", group.which_broker_when_consume_slowly);
  group.notify_consumer_ids_changed_enable =
      value.Bool("notifyConsumerIdsChangedEnable", group.notify_consumer_ids_changed_enable);
  group.group_sys_flag = static_cast<int32_t>(value.Int("groupSysFlag"));
  group.consume_timeout_minutes =
      static_cast<int32_t>(value.Int("consumeTimeoutMinute", group.consume_timeout_minutes));
  group.attributes = ReadStringMap(value.Members("attributes"));
  if (const JsonValue* set = value.Find("subscriptionDataSet"); set != nullptr && set->is_array())
    group.subscription_data_set = JsonText(*set);
  return group;
}

std::string EncodeGroupConfig(const model::SubscriptionGroupConfig& group) {
  JsonWriter out;
  WriteGroupConfig(out, group);
  return out.Take();
}

Result<model::SubscriptionGroupConfig> DecodeGroupConfig(ByteView body) {
  PINTLE_ASSIGN(const JsonDocument document, ParseBody("consumer group", body));
  return ReadGroupConfig(document.root());
}

std::string EncodeGroupTable(const GroupTable& table, JsonStyle style) {
  JsonWriter out(style);
  out.BeginObject();
  out.Key("dataVersion");
  WriteDataVersion(out, table.version);
  out.Key("forbiddenTable");
  out.BeginObject();
  for (const auto& [group, topics] : table.forbidden) {
    out.Key(group);
    out.BeginObject();
    for (const auto& [topic, bits] : topics) out.Member(topic, bits);
    out.EndObject();
  }
  out.EndObject();
  out.Key("subscriptionGroupTable");
  out.BeginObject();
  for (const auto& [name, group] : table.groups) {
    out.Key(name);
    WriteGroupConfig(out, group);
  }
  out.EndObject();
  out.EndObject();
  return out.Take();
}

Result<GroupTable> DecodeGroupTable(ByteView body) {
  PINTLE_ASSIGN(const JsonDocument document, ParseBody("consumer group table", body));
  const JsonValue& root = document.root();
  GroupTable table;
  if (const JsonValue* version = root.Find("dataVersion"))
    table.version = ReadDataVersion(*version);
  for (const JsonMember& member : root.Members("forbiddenTable")) {
    auto& topics = table.forbidden[std::string(member.key.text())];
    for (const JsonMember& topic : member.value.members())
      topics[std::string(topic.key.text())] = static_cast<int32_t>(topic.value.AsInt().value_or(0));
  }
  for (const JsonMember& member : root.Members("subscriptionGroupTable")) {
    model::SubscriptionGroupConfig group = ReadGroupConfig(member.value);
    std::string name(member.key.text());
    if (group.name.empty()) group.name = name;
    table.groups.insert_or_assign(std::move(name), std::move(group));
  }
  return table;
}

}  // namespace pintle::remoting
