#include "remoting/bodies/topic_table.h"

#include "remoting/bodies/json_parts.h"

namespace pintle::remoting {

void WriteTopicConfig(JsonWriter& out, const model::TopicConfig& topic) {
  out.BeginObject();
  out.Key("attributes");
  WriteStringMap(out, topic.attributes);
  out.Member("order", topic.order);
  out.Member("perm", topic.perm);
  out.Member("readQueueNums", topic.read_queues);
  out.Key("topicFilterType");
  out.String(EnumName(topic.filter_type));
  out.Member("topicName", topic.name);
  out.Member("topicSysFlag", topic.sys_flag);
  out.Member("writeQueueNums", topic.write_queues);
  out.EndObject();
}

model::TopicConfig ReadTopicConfig(const JsonValue& value) {
  model::TopicConfig topic;
  topic.name = value.String("topicName");
  topic.read_queues = static_cast<int32_t>(value.Int("readQueueNums", topic.read_queues));
  topic.write_queues = static_cast<int32_t>(value.Int("writeQueueNums", topic.write_queues));
  topic.perm = static_cast<int32_t>(value.Int("perm", topic.perm));
  topic.filter_type = ReadEnum(value, "topicFilterType", topic.filter_type);
  topic.sys_flag = static_cast<int32_t>(value.Int("topicSysFlag"));
  topic.order = value.Bool("order");
  topic.attributes = ReadStringMap(value.Members("attributes"));
  return topic;
}

std::string EncodeTopicConfig(const model::TopicConfig& topic) {
  JsonWriter out;
  WriteTopicConfig(out, topic);
  return out.Take();
}

Result<model::TopicConfig> DecodeTopicConfig(ByteView body) {
  PINTLE_ASSIGN(const JsonDocument document, ParseBody("topic configuration", body));
  return ReadTopicConfig(document.root());
}

void WriteTopicTableMembers(JsonWriter& out, const TopicTable& table) {
  out.Key("dataVersion");
  WriteDataVersion(out, table.version);
  out.Key("topicConfigTable");
  out.BeginObject();
  for (const auto& [name, topic] : table.topics) {
    out.Key(name);
    WriteTopicConfig(out, topic);
  }
  out.EndObject();
}

TopicTable ReadTopicTable(const JsonValue& value) {
  TopicTable table;
  if (const JsonValue* version = value.Find("dataVersion"))
    table.version = ReadDataVersion(*version);
  for (const JsonMember& member : value.Members("topicConfigTable")) {
    model::TopicConfig topic = ReadTopicConfig(member.value);
    std::string name(member.key.text());
    if (topic.name.empty()) topic.name = name;
    table.topics.insert_or_assign(std::move(name), std::move(topic));
  }
  return table;
}

std::string EncodeTopicTable(const TopicTable& table, JsonStyle style) {
  JsonWriter out(style);
  out.BeginObject();
  WriteTopicTableMembers(out, table);
  out.EndObject();
  return out.Take();
}

Result<TopicTable> DecodeTopicTable(ByteView body) {
  PINTLE_ASSIGN(const JsonDocument document, ParseBody("topic table", body));
  return ReadTopicTable(document.root());
}

}  // namespace pintle::remoting
