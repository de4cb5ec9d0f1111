#include "namesrv/settings.h"

#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/nearest.h"
#include "base/properties_text.h"

namespace pintle::namesrv {

namespace {

std::optional<bool> ParseSwitch(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

std::optional<int64_t> ParseSeconds(std::string_view text) {
  int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (seconds < 0 || seconds > 86'400) return std::nullopt;
  return seconds;
}

}  // namespace

// A switch, or a number of seconds kept as milliseconds.
struct Settings::Entry {
  std::string_view key;  // RocketMQ's
  std::atomic<bool> Settings::* toggle;
  std::atomic<int64_t> Settings::* milliseconds;
};

const Settings::Entry Settings::kEntries[] = {
    {"orderMessageEnable", &Settings::order_topics_, nullptr},
    {"returnOrderTopicConfigToBroker", &Settings::return_order_topics_, nullptr},
    {"supportActingMaster", &Settings::acting_master_, nullptr},
    {"enableTopicList", &Settings::list_topics_, nullptr},
    {"enableAllTopicList", &Settings::list_all_topics_, nullptr},
    {"deleteTopicWithBrokerRegistration", &Settings::delete_missing_topics_, nullptr},
    {"needWaitForService", &Settings::wait_for_brokers_, nullptr},
    {"waitSecondsForService", nullptr, &Settings::wait_for_brokers_ms_},
};

Settings::Settings(const SettingValues& values)
    : order_topics_(values.order_topics),
      return_order_topics_(values.return_order_topics),
      acting_master_(values.acting_master),
      list_topics_(values.list_topics),
      list_all_topics_(values.list_all_topics),
      delete_missing_topics_(values.delete_missing_topics),
      wait_for_brokers_(values.wait_for_brokers),
      wait_for_brokers_ms_(values.wait_for_brokers_ms) {}

Status Settings::Update(std::string_view properties) {
  PINTLE_ASSIGN(const std::vector<PropertyLine> lines, ParseProperties(properties));
  std::vector<std::pair<const Entry*, int64_t>> changes;
  for (const PropertyLine& line : lines) {
    const Entry* entry = nullptr;
    NearestNames nearest(line.key, 2);
    for (const Entry& candidate : kEntries) {
      if (candidate.key == line.key) entry = &candidate;
      nearest.Offer(candidate.key);
    }
    if (entry == nullptr) {
      const std::string near = QuotedAlternatives(nearest.Take());
      return Fail(ErrorCode::kPermissionDenied,
                  "\"{}\" cannot be changed at run time{}{}{}; set it in the configuration and "
                  "restart",
                  line.key, near.empty() ? "" : " (did you mean ", near, near.empty() ? "" : "?)");
    }
    if (entry->toggle != nullptr) {
      const std::optional<bool> value = ParseSwitch(line.value);
      if (!value)
        return Fail(ErrorCode::kInvalidArgument, "{} is true or false, not \"{}\"", line.key,
                    line.value);
      changes.emplace_back(entry, *value ? 1 : 0);
    } else {
      const std::optional<int64_t> seconds = ParseSeconds(line.value);
      if (!seconds)
        return Fail(ErrorCode::kInvalidArgument,
                    "{} is a number of seconds from 0 to 86400, not \"{}\"", line.key, line.value);
      changes.emplace_back(entry, *seconds * 1'000);
    }
  }
  for (const auto& [entry, value] : changes) {
    if (entry->toggle != nullptr)
      this->*entry->toggle = value != 0;
    else
      this->*entry->milliseconds = value;
    PINTLE_LOG(kInfo, "name server: {} is {} until the next start", entry->key, value);
  }
  version_.fetch_add(1, std::memory_order_release);
  return {};
}

std::string Settings::ToProperties() const {
  std::string text;
  for (const Entry& entry : kEntries) {
    text += entry.key;
    text += '=';
    if (entry.toggle != nullptr)
      text += (this->*entry.toggle).load() ? "true" : "false";
    else
      text += std::to_string((this->*entry.milliseconds).load() / 1'000);
    text += '\n';
  }
  return text;
}

}  // namespace pintle::namesrv
