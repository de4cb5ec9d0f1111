// One thing that can be set: its name, kind, limits, default, effect, and RocketMQ's name for it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "main/config.h"
#include "model/delay_levels.h"

namespace pintle::main {

// What the text of a value means.
enum class ValueKind : uint8_t {
  kSwitch,        // true or false
  kNumber,        // whole
  kBytes,         // whole, or with KiB, MiB, GiB, KB, MB, GB
  kMilliseconds,  // whole, or with ms, s, m, h
  kText,
  kPath,
  kName,       // letters, digits, - and _
  kEndpoint,   // host:port
  kAddress,    // host or host:port
  kEndpoints,  // host:port, several separated by ; or ,
  kFlush,      // async or sync
  kLogLevel,   // debug, info, warn or error
  kDelays,     // 1s 5s 10m 1h 2d
  kHours,      // 4, or several: 4;16
};

template <typename T>
using At = T& (*)(Config&);

using Slot = std::variant<At<bool>, At<int32_t>, At<int64_t>, At<size_t>, At<std::string>,
                          At<std::vector<std::string>>, At<net::Endpoint>, At<store::FlushMode>,
                          At<LogLevel>, At<model::DelayLevels>, At<store::HoursOfDay>>;

struct ConfigKey {
  std::string_view name;
  ValueKind kind;
  Slot slot;
  std::string_view effect;     // one line
  std::string_view java_name;  // RocketMQ's key with the same values; empty when there is none
  int64_t min = 0;             // of numbers
  int64_t max = INT64_MAX;

  // kInvalidArgument says what the value should be; the caller adds key and source.
  Status Set(std::string_view text, Config& config) const;
  // As Set() takes it.
  std::string Text(Config& config) const;
  // "size", "whole number from 1 to 10", ...
  std::string KindText() const;
  // Whether its values have limits.
  bool IsNumber() const {
    return kind == ValueKind::kNumber || kind == ValueKind::kBytes ||
           kind == ValueKind::kMilliseconds;
  }
};

// All of them, by part.
std::span<const ConfigKey> ConfigKeys();
const ConfigKey* FindConfigKey(std::string_view name);
// What follows "unknown key": `; did you mean "broker.listen"?`, or empty.
std::string DidYouMean(std::string_view unknown_name);

}  // namespace pintle::main
