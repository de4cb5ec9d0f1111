// What several bodies have in common: how model nouns, enums and whole values read and write as
// JSON.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "model/queue.h"
#include "model/topic.h"
#include "remoting/fields.h"
#include "remoting/json.h"

namespace pintle::remoting {

using StringMap = std::map<std::string, std::string>;

// A parsed value as it was, in the writer's style.
void WriteJsonValue(JsonWriter& out, const JsonValue& value);
// The same as compact text.
std::string JsonText(const JsonValue& value);

// {"brokerName":"b","queueId":0,"topic":"t"}
void WriteMessageQueue(JsonWriter& out, const model::MessageQueue& queue);
model::MessageQueue ReadMessageQueue(const JsonValue& value);
// The same as a key, which standard JSON has as a string.
void WriteMessageQueueKey(JsonWriter& out, const model::MessageQueue& queue);
model::MessageQueue ReadMessageQueueKey(const JsonValue& key);

// {"counter":0,"stateVersion":0,"timestamp":0}
void WriteDataVersion(JsonWriter& out, const model::DataVersion& version);
model::DataVersion ReadDataVersion(const JsonValue& value);
std::string EncodeDataVersion(const model::DataVersion& version);
Result<model::DataVersion> DecodeDataVersion(ByteView body);

void WriteStringMap(JsonWriter& out, const StringMap& map);
StringMap ReadStringMap(std::span<const JsonMember> members);
void WriteStrings(JsonWriter& out, const std::vector<std::string>& texts);
std::vector<std::string> ReadStrings(std::span<const JsonValue> items);

// The body's document; kMalformed with the body's name.
Result<JsonDocument> ParseBody(std::string_view name, ByteView body);

// A member that is an enum: by name or by ordinal, as fastjson takes it.
template <typename Enum>
Enum ReadEnum(const JsonValue& object, std::string_view name, Enum otherwise) {
  const JsonValue* value = object.Find(name);
  if (value == nullptr) return otherwise;
  Enum named = otherwise;
  if (ParseFieldText(value->text(), named)) return named;
  const auto ordinal = value->AsInt();
  if (ordinal && *ordinal >= 0 &&
      *ordinal < static_cast<int64_t>(FieldEnumNames<Enum>::kNames.size()))
    return static_cast<Enum>(*ordinal);
  return otherwise;
}
template <typename Enum>
std::string_view EnumName(Enum value) {
  return FieldEnumNames<Enum>::kNames[static_cast<size_t>(value)];
}

}  // namespace pintle::remoting
