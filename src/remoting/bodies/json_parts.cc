#include "remoting/bodies/json_parts.h"

#include <utility>

namespace pintle::remoting {

void WriteJsonValue(JsonWriter& out, const JsonValue& value) {
  switch (value.kind()) {
    case JsonValue::Kind::kNull:
      out.Null();
      return;
    case JsonValue::Kind::kBool:
      out.Raw(value.text());
      return;
    case JsonValue::Kind::kNumber: {
      const auto whole = value.AsInt();
      // Whole numbers go through the style, which may quote them; the others stay as they came.
      if (whole && value.text() == std::to_string(*whole)) {
        out.Int(*whole);
      } else {
        out.Raw(value.text());
      }
      return;
    }
    case JsonValue::Kind::kString:
      out.String(value.text());
      return;
    case JsonValue::Kind::kArray:
      out.BeginArray();
      for (const JsonValue& item : value.items()) WriteJsonValue(out, item);
      out.EndArray();
      return;
    case JsonValue::Kind::kObject:
      out.BeginObject();
      for (const JsonMember& member : value.members()) {
        if (member.key.is_object()) {
          out.ObjectKey(JsonText(member.key));
        } else if (member.key.kind() == JsonValue::Kind::kNumber && member.key.AsInt()) {
          out.Key(*member.key.AsInt());
        } else {
          out.Key(member.key.text());
        }
        WriteJsonValue(out, member.value);
      }
      out.EndObject();
      return;
  }
}

std::string JsonText(const JsonValue& value) {
  JsonWriter out;
  WriteJsonValue(out, value);
  return out.Take();
}

void WriteMessageQueue(JsonWriter& out, const model::MessageQueue& queue) {
  out.BeginObject();
  out.Member("brokerName", queue.broker_name);
  out.Member("queueId", queue.queue_id);
  out.Member("topic", queue.topic);
  out.EndObject();
}

model::MessageQueue ReadMessageQueue(const JsonValue& value) {
  model::MessageQueue queue;
  queue.topic = value.String("topic");
  queue.broker_name = value.String("brokerName");
  queue.queue_id = static_cast<int32_t>(value.Int("queueId"));
  return queue;
}

void WriteMessageQueueKey(JsonWriter& out, const model::MessageQueue& queue) {
  JsonWriter key;
  WriteMessageQueue(key, queue);
  out.ObjectKey(key.Take());
}

model::MessageQueue ReadMessageQueueKey(const JsonValue& key) {
  if (key.is_object()) return ReadMessageQueue(key);
  const auto document = JsonDocument::Parse(key.text());
  if (!document) return {};
  return ReadMessageQueue(document->root());
}

void WriteDataVersion(JsonWriter& out, const model::DataVersion& version) {
  out.BeginObject();
  out.Member("counter", version.counter);
  out.Member("stateVersion", version.state_version);
  out.Member("timestamp", version.timestamp);
  out.EndObject();
}

model::DataVersion ReadDataVersion(const JsonValue& value) {
  model::DataVersion version;
  version.counter = value.Int("counter");
  version.state_version = value.Int("stateVersion");
  // RocketMQ before 3.2 spelled it so.
  version.timestamp = value.Int("timestamp", value.Int("timestatmp"));
  return version;
}

std::string EncodeDataVersion(const model::DataVersion& version) {
  JsonWriter out;
  WriteDataVersion(out, version);
  return out.Take();
}

Result<model::DataVersion> DecodeDataVersion(ByteView body) {
  PINTLE_ASSIGN(const JsonDocument document, ParseBody("data version", body));
  return ReadDataVersion(document.root());
}

void WriteStringMap(JsonWriter& out, const StringMap& map) {
  out.BeginObject();
  for (const auto& [key, value] : map) out.Member(key, value);
  out.EndObject();
}

StringMap ReadStringMap(std::span<const JsonMember> members) {
  StringMap map;
  for (const JsonMember& member : members)
    map.insert_or_assign(std::string(member.key.text()), std::string(member.value.text()));
  return map;
}

void WriteStrings(JsonWriter& out, const std::vector<std::string>& texts) {
  out.BeginArray();
  for (const std::string& text : texts) out.String(text);
  out.EndArray();
}

std::vector<std::string> ReadStrings(std::span<const JsonValue> items) {
  std::vector<std::string> texts;
  texts.reserve(items.size());
  for (const JsonValue& item : items) texts.emplace_back(item.text());
  return texts;
}

Result<JsonDocument> ParseBody(std::string_view name, ByteView body) {
  auto document = JsonDocument::Parse(AsText(body));
  if (!document) return Fail(document.error().code, "{}: {}", name, document.error().message);
  return document;
}

}  // namespace pintle::remoting
