// How far each delay level is delivered: the file config/delayOffset.json.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "model/topic.h"
#include "remoting/json.h"

namespace pintle::remoting {

// {"dataVersion":{...},"offsetTable":{1:7,2:0}}
struct DelayOffsets {
  model::DataVersion version;
  std::map<int32_t, int64_t> offsets;  // by level, from 1: the next entry of its queue

  friend bool operator==(const DelayOffsets&, const DelayOffsets&) = default;
};

std::string EncodeDelayOffsets(const DelayOffsets& offsets, JsonStyle style = JsonStyle::kLegacy);
// kMalformed for a level or an offset that is no number.
Result<DelayOffsets> DecodeDelayOffsets(ByteView body);

}  // namespace pintle::remoting
