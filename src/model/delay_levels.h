// The levels of delay that a message may ask for, by number: 1 is the shortest by default.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace pintle::model {

// How long level 1, 2, ... is, in ms.
using DelayLevels = std::vector<int64_t>;

inline constexpr std::string_view kDefaultDelayLevels =
    "1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h";

DelayLevels DefaultDelayLevels();
// Reads "1s 5s 10m 1h 2d", as RocketMQ's messageDelayLevel is written. kInvalidArgument says which
// level is wrong and why: none at all, a number without a unit, nothing or more than 365 days.
Result<DelayLevels> ParseDelayLevels(std::string_view text);
// As ParseDelayLevels() takes it, each in its largest whole unit.
std::string FormatDelayLevels(const DelayLevels& levels);

// The level that is meant: numbers past the last one mean the last one. 0: no delay.
inline int32_t ClampDelayLevel(const DelayLevels& levels, int32_t level) {
  const auto last = static_cast<int32_t>(levels.size());
  return level <= 0 ? 0 : level > last ? last : level;
}

}  // namespace pintle::model
