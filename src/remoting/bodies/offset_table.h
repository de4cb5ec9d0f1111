// Committed offsets of all groups: the answer to GET_ALL_CONSUMER_OFFSET and the file
// config/consumerOffset.json.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "model/topic.h"
#include "remoting/json.h"

namespace pintle::remoting {

// {"dataVersion":{...},"offsetTable":{"topic@group":{0:250,1:251}}}
struct OffsetTable {
  model::DataVersion version;
  std::map<std::string, std::map<int32_t, int64_t>> offsets;  // "topic@group", queue: next offset

  friend bool operator==(const OffsetTable&, const OffsetTable&) = default;
};

std::string EncodeOffsetTable(const OffsetTable& table, JsonStyle style = JsonStyle::kLegacy);
Result<OffsetTable> DecodeOffsetTable(ByteView body);

}  // namespace pintle::remoting
