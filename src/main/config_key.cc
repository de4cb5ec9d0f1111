#include "main/config_key.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include "base/nearest.h"

namespace pintle::main {

namespace {

struct Unit {
  std::string_view suffix;
  int64_t factor;
};
constexpr std::array kByteUnits = {Unit{"KiB", 1LL << 10},
                                   Unit{"MiB", 1LL << 20},
                                   Unit{"GiB", 1LL << 30},
                                   Unit{"TiB", 1LL << 40},
                                   Unit{"KB", 1'000},
                                   Unit{"MB", 1'000'000},
                                   Unit{"GB", 1'000'000'000},
                                   Unit{"TB", 1'000'000'000'000},
                                   Unit{"B", 1}};
// "ms" before "s" and "m": the first suffix that fits is taken.
constexpr std::array kTimeUnits = {Unit{"ms", 1}, Unit{"s", 1'000}, Unit{"m", 60'000},
                                   Unit{"h", 3'600'000}, Unit{"d", 86'400'000}};

std::optional<int64_t> ParseWhole(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "64MiB", "64 MiB" or "67108864".
std::optional<int64_t> ParseWithUnit(std::string_view text, std::span<const Unit> units) {
  int64_t factor = 1;
  for (const Unit& unit : units) {
    if (!text.ends_with(unit.suffix)) continue;
    factor = unit.factor;
    text.remove_suffix(unit.suffix.size());
    while (text.ends_with(' ')) text.remove_suffix(1);
    break;
  }
  const std::optional<int64_t> count = ParseWhole(text);
  int64_t value = 0;
  if (!count || __builtin_mul_overflow(*count, factor, &value)) return std::nullopt;
  return value;
}

// The largest unit that divides the value.
std::string WithUnit(int64_t value, std::span<const Unit> units) {
  const Unit* best = nullptr;
  for (const Unit& unit : units)
    if (value != 0 && value % unit.factor == 0 && (best == nullptr || unit.factor > best->factor))
      best = &unit;
  if (best == nullptr) return std::to_string(value);
  return fmt::format("{}{}", value / best->factor, best->suffix);
}

std::optional<int64_t> ParseNumber(ValueKind kind, std::string_view text) {
  if (kind == ValueKind::kBytes) return ParseWithUnit(text, kByteUnits);
  if (kind == ValueKind::kMilliseconds) return ParseWithUnit(text, kTimeUnits);
  return ParseWhole(text);
}

std::string NumberText(ValueKind kind, int64_t value) {
  // The decimal units are for reading only: every text that we write is a power of two or plain.
  if (kind == ValueKind::kBytes) return WithUnit(value, std::span(kByteUnits).first(4));
  if (kind == ValueKind::kMilliseconds) return WithUnit(value, kTimeUnits);
  return std::to_string(value);
}

bool IsNameText(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

std::string_view Trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

Result<std::vector<std::string>> ParseEndpoints(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const size_t end = text.find_first_of(";,");
    const std::string_view one = Trim(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (one.empty()) continue;
    PINTLE_ASSIGN(const net::Endpoint endpoint, net::Endpoint::Parse(one));
    out.push_back(endpoint.ToString());
  }
  return out;
}

Result<store::HoursOfDay> ParseHours(std::string_view text) {
  store::HoursOfDay hours;
  while (!text.empty()) {
    const size_t end = text.find_first_of(";,");
    const std::string_view one = Trim(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (one.empty()) continue;
    const std::optional<int64_t> hour = ParseWhole(one);
    if (!hour || *hour < 0 || *hour > 23)
      return Fail(ErrorCode::kInvalidArgument, "{} is no hour of the day", one);
    hours.Add(static_cast<int32_t>(*hour));
  }
  return hours;
}

std::string HoursText(store::HoursOfDay hours) {
  std::string text;
  for (int32_t hour = 0; hour < 24; ++hour)
    if (hours.Has(hour)) text += fmt::format("{}{}", text.empty() ? "" : ";", hour);
  return text;
}

Status CheckText(ValueKind kind, std::string_view text) {
  if (text.empty()) return {};
  if (kind == ValueKind::kName && !IsNameText(text))
    return Fail(ErrorCode::kInvalidArgument, "a name has letters, digits, '-', '_' and '.' only");
  if (kind == ValueKind::kAddress && text.find(':') != std::string_view::npos)
    PINTLE_TRY(net::Endpoint::Parse(text));
  if (text.find_first_of("\r\n") != std::string_view::npos)
    return Fail(ErrorCode::kInvalidArgument, "a line end cannot be part of it");
  return {};
}

constexpr std::array<std::string_view, 2> kFlushNames = {"async", "sync"};
constexpr std::array<std::string_view, 4> kLevelNames = {"debug", "info", "warn", "error"};

template <typename Enum>
Status SetChoice(std::string_view text, std::span<const std::string_view> names, Enum& place) {
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] != text) continue;
    place = static_cast<Enum>(i);
    return {};
  }
  return Fail(ErrorCode::kInvalidArgument, "not a value of it");
}

// Sets the place that a slot leads to.
struct Setter {
  const ConfigKey& key;
  std::string_view text;
  Config& config;

  Status operator()(At<bool> at) const {
    if (text != "true" && text != "false")
      return Fail(ErrorCode::kInvalidArgument, "neither true nor false");
    at(config) = text == "true";
    return {};
  }
  Status operator()(At<std::string> at) const {
    PINTLE_TRY(CheckText(key.kind, text));
    at(config) = std::string(text);
    return {};
  }
  Status operator()(At<std::vector<std::string>> at) const {
    PINTLE_ASSIGN(at(config), ParseEndpoints(text));
    return {};
  }
  Status operator()(At<net::Endpoint> at) const {
    PINTLE_ASSIGN(at(config), net::Endpoint::Parse(text));
    return {};
  }
  Status operator()(At<store::FlushMode> at) const {
    return SetChoice(text, kFlushNames, at(config));
  }
  Status operator()(At<LogLevel> at) const { return SetChoice(text, kLevelNames, at(config)); }
  Status operator()(At<model::DelayLevels> at) const {
    PINTLE_ASSIGN(at(config), model::ParseDelayLevels(text));
    return {};
  }
  Status operator()(At<store::HoursOfDay> at) const {
    PINTLE_ASSIGN(at(config), ParseHours(text));
    return {};
  }
  template <typename Int>
  Status operator()(At<Int> at) const {
    const std::optional<int64_t> value = ParseNumber(key.kind, text);
    if (!value) return Fail(ErrorCode::kInvalidArgument, "not a number");
    const int64_t max = std::min(key.max, static_cast<int64_t>(std::min<uint64_t>(
                                              std::numeric_limits<Int>::max(), INT64_MAX)));
    if (*value < key.min || *value > max)
      return Fail(ErrorCode::kInvalidArgument, "outside of its limits");
    at(config) = static_cast<Int>(*value);
    return {};
  }
};

struct Getter {
  const ConfigKey& key;
  Config& config;

  std::string operator()(At<bool> at) const { return at(config) ? "true" : "false"; }
  std::string operator()(At<std::string> at) const { return at(config); }
  std::string operator()(At<std::vector<std::string>> at) const {
    return fmt::format("{}", fmt::join(at(config), ";"));
  }
  std::string operator()(At<net::Endpoint> at) const { return at(config).ToString(); }
  std::string operator()(At<store::FlushMode> at) const {
    return std::string(kFlushNames[static_cast<size_t>(at(config))]);
  }
  std::string operator()(At<LogLevel> at) const {
    return std::string(kLevelNames[static_cast<size_t>(at(config))]);
  }
  std::string operator()(At<model::DelayLevels> at) const {
    return model::FormatDelayLevels(at(config));
  }
  std::string operator()(At<store::HoursOfDay> at) const { return HoursText(at(config)); }
  template <typename Int>
  std::string operator()(At<Int> at) const {
    return NumberText(key.kind, static_cast<int64_t>(at(config)));
  }
};

}  // namespace

Status ConfigKey::Set(std::string_view text, Config& config) const {
  Status status = std::visit(Setter{*this, text, config}, slot);
  if (status) return status;
  return Fail(ErrorCode::kInvalidArgument, "{}; it takes {}", status.error().message, KindText());
}

std::string ConfigKey::Text(Config& config) const {
  return std::visit(Getter{*this, config}, slot);
}

std::string ConfigKey::KindText() const {
  const std::string limits =
      max == INT64_MAX ? fmt::format("from {}", NumberText(kind, min))
                       : fmt::format("from {} to {}", NumberText(kind, min), NumberText(kind, max));
  switch (kind) {
    case ValueKind::kSwitch:
      return "true or false";
    case ValueKind::kNumber:
      return fmt::format("a whole number {}", limits);
    case ValueKind::kBytes:
      return fmt::format("a size {}, such as 64MiB", limits);
    case ValueKind::kMilliseconds:
      return fmt::format("a time {}, such as 500ms or 30s", limits);
    case ValueKind::kText:
      return "text";
    case ValueKind::kPath:
      return "a path";
    case ValueKind::kName:
      return "a name";
    case ValueKind::kEndpoint:
      return "host:port";
    case ValueKind::kAddress:
      return "host or host:port";
    case ValueKind::kEndpoints:
      return "host:port;host:port...";
    case ValueKind::kFlush:
      return "async or sync";
    case ValueKind::kLogLevel:
      return "debug, info, warn or error";
    case ValueKind::kDelays:
      return "delays from 1s to 365d, such as 1s 5m 2h";
    case ValueKind::kHours:
      return "hours from 0 to 23, such as 4 or 4;16";
  }
  return {};
}

const ConfigKey* FindConfigKey(std::string_view name) {
  for (const ConfigKey& key : ConfigKeys())
    if (key.name == name) return &key;
  return nullptr;
}

std::string DidYouMean(std::string_view unknown_name) {
  NearestNames nearest(unknown_name, 2);
  for (const ConfigKey& key : ConfigKeys()) nearest.Offer(key.name);
  const std::string near = QuotedAlternatives(nearest.Take());
  if (near.empty()) return "; `pintle start --help` lists the keys";
  return fmt::format("; did you mean {}?", near);
}

}  // namespace pintle::main
