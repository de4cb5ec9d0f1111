#include "model/delay_levels.h"

#include <array>
#include <charconv>
#include <utility>

namespace pintle::model {
namespace {

constexpr int64_t kDayMs = 86'400'000;
constexpr int64_t kLongestMs = 365 * kDayMs;
constexpr std::array<std::pair<char, int64_t>, 4> kUnits = {
    {{'d', kDayMs}, {'h', 3'600'000}, {'m', 60'000}, {'s', 1'000}}};

Result<int64_t> ParseLevel(std::string_view text) {
  int64_t unit_ms = 0;
  for (const auto& [name, ms] : kUnits) {
    if (text.back() == name) unit_ms = ms;
  }
  const std::string_view digits = text.substr(0, text.size() - 1);
  int64_t count = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  if (unit_ms == 0 || error != std::errc() || end != digits.data() + digits.size()) {
    return Fail(ErrorCode::kInvalidArgument,
                "\"{}\" is no delay: a whole number and one of s, m, h, d, as in 10s", text);
  }
  if (count < 1 || count > kLongestMs / unit_ms)
    return Fail(ErrorCode::kInvalidArgument, "the delay {} is not between 1s and 365d", text);
  return count * unit_ms;
}

}  // namespace

DelayLevels DefaultDelayLevels() { return *ParseDelayLevels(kDefaultDelayLevels); }

Result<DelayLevels> ParseDelayLevels(std::string_view text) {
  DelayLevels levels;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size() + (word.size() < text.size() ? 1 : 0));
    if (word.empty()) continue;
    PINTLE_ASSIGN(const int64_t level_ms, ParseLevel(word));
    levels.push_back(level_ms);
  }
  if (levels.empty())
    return Fail(ErrorCode::kInvalidArgument, "no delay level; the default is \"{}\"",
                kDefaultDelayLevels);
  return levels;
}

std::string FormatDelayLevels(const DelayLevels& levels) {
  std::string text;
  for (const int64_t level_ms : levels) {
    if (!text.empty()) text.push_back(' ');
    for (const auto& [name, ms] : kUnits) {
      if (level_ms % ms != 0) continue;
      text += std::to_string(level_ms / ms);
      text.push_back(name);
      break;
    }
  }
  return text;
}

}  // namespace pintle::model
