// Topic configurations as JSON: the answer to GET_ALL_TOPIC_CONFIG, part of a registration, and the
// file config/topics.json.
#pragma once

#include <map>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "model/topic.h"
#include "remoting/json.h"

namespace pintle::remoting {

void WriteTopicConfig(JsonWriter& out, const model::TopicConfig& topic);
model::TopicConfig ReadTopicConfig(const JsonValue& value);
std::string EncodeTopicConfig(const model::TopicConfig& topic);
Result<model::TopicConfig> DecodeTopicConfig(ByteView body);

// {"dataVersion":{...},"topicConfigTable":{"name":{...}}}
struct TopicTable {
  model::DataVersion version;
  std::map<std::string, model::TopicConfig> topics;  // by name

  friend bool operator==(const TopicTable&, const TopicTable&) = default;
};

std::string EncodeTopicTable(const TopicTable& table, JsonStyle style = JsonStyle::kLegacy);
Result<TopicTable> DecodeTopicTable(ByteView body);

// The members without the braces around them, for bodies that have more.
void WriteTopicTableMembers(JsonWriter& out, const TopicTable& table);
TopicTable ReadTopicTable(const JsonValue& value);

}  // namespace pintle::remoting
