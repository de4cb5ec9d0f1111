// Consumer group configurations as JSON: the answer to GET_ALL_SUBSCRIPTIONGROUP_CONFIG and the
// file config/subscriptionGroup.json.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "model/group.h"
#include "model/topic.h"
#include "remoting/json.h"

namespace pintle::remoting {

void WriteGroupConfig(JsonWriter& out, const model::SubscriptionGroupConfig& group);
model::SubscriptionGroupConfig ReadGroupConfig(const JsonValue& value);
std::string EncodeGroupConfig(const model::SubscriptionGroupConfig& group);
Result<model::SubscriptionGroupConfig> DecodeGroupConfig(ByteView body);

// {"dataVersion":{...},"forbiddenTable":{"group":{"topic":1}},"subscriptionGroupTable":{"name":{...}}}
struct GroupTable {
  model::DataVersion version;
  std::map<std::string, model::SubscriptionGroupConfig> groups;     // by name
  std::map<std::string, std::map<std::string, int32_t>> forbidden;  // group, topic: bits

  friend bool operator==(const GroupTable&, const GroupTable&) = default;
};

std::string EncodeGroupTable(const GroupTable& table, JsonStyle style = JsonStyle::kLegacy);
Result<GroupTable> DecodeGroupTable(ByteView body);

}  // namespace pintle::remoting
