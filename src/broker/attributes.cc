#include "broker/attributes.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/error.h"
#include "broker/queue_policy.h"

namespace pintle::broker {
namespace {

constexpr std::array<std::string_view, 1> kQueueTypes = {"SimpleCQ"};
constexpr std::array<std::string_view, 1> kCleanupPolicies = {"DELETE"};
constexpr std::array<std::string_view, 6> kMessageTypes = {"UNSPECIFIED", "NORMAL",      "FIFO",
                                                           "DELAY",       "TRANSACTION", "MIXED"};

// BatchCQ and COMPACTION topics and a retention per topic are not served: a request for them is
// refused rather than accepted and forgotten.
constexpr std::array<AttributeRule, 7> kTopicRules = {{
    {"queue.type", false, kQueueTypes, 0},
    {"cleanup.policy", false, kCleanupPolicies, 0},
    {"message.type", true, kMessageTypes, 0},
    {"reserve.time", true, {}, 0},
    {kQueuesLeast, true, {}, kPolicyQueuesMax},
    {kQueuesMost, true, {}, kPolicyQueuesMax},
    {kQueuesBacklog, true, {}, 1'000'000'000'000},
}};

bool IsNumberTo(int64_t max, std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value >= 1 && value <= max;
}

struct Change {
  bool set = false;
  std::string_view name;
  std::string_view value;
};

Result<Change> ParseChange(std::string_view key, std::string_view value) {
  const std::string_view name = key.empty() ? key : key.substr(1);
  if (name.empty() || name.find_first_of("+-") != std::string_view::npos)
    return Fail(ErrorCode::kInvalidArgument, "kv string format wrong.");
  if (key.front() != '+' && key.front() != '-')
    return Fail(ErrorCode::kInvalidArgument, "wrong format key: {}", name);
  return Change{key.front() == '+', name, value};
}

Status CheckChange(std::span<const AttributeRule> rules, bool create, const Attributes& current,
                   const Change& change) {
  const auto rule = std::ranges::find(rules, change.name, &AttributeRule::name);
  if (rule == rules.end())
    return Fail(ErrorCode::kInvalidArgument, "unsupported key: {}", change.name);
  if (create && !change.set) {
    return Fail(ErrorCode::kInvalidArgument,
                "only add attribute is supported while creating topic. key: {}", change.name);
  }
  if (!change.set && !current.contains(std::string(change.name))) {
    return Fail(ErrorCode::kInvalidArgument, "attempt to delete a nonexistent key: {}",
                change.name);
  }
  if (!create && !rule->changeable) {
    return Fail(ErrorCode::kInvalidArgument, "attempt to update an unchangeable attribute. key: {}",
                change.name);
  }
  if (change.set && rule->number_max > 0) {
    if (IsNumberTo(rule->number_max, change.value)) return {};
    return Fail(ErrorCode::kInvalidArgument, "value is not in range: 1 to {}, {} is {}",
                rule->number_max, change.name, change.value);
  }
  if (change.set && std::ranges::find(rule->values, change.value) == rule->values.end()) {
    return Fail(ErrorCode::kInvalidArgument, "value is not in set: [{}]",
                fmt::join(rule->values, ", "));
  }
  return {};
}

}  // namespace

std::span<const AttributeRule> TopicAttributeRules() { return kTopicRules; }

std::span<const AttributeRule> GroupAttributeRules() { return {}; }

Result<Attributes> ParseAttributeChanges(std::string_view text) {
  Attributes changes;
  while (!text.empty()) {
    const std::string_view entry = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), entry.size() + 1));
    const size_t equals = entry.find('=');
    const std::string_view key = entry.substr(0, equals);
    const bool set = equals != std::string_view::npos;
    if (set && !key.contains('+')) {
      return Fail(ErrorCode::kInvalidArgument, "add/alter attribute format is wrong: {}", key);
    }
    if (!set && !key.contains('-'))
      return Fail(ErrorCode::kInvalidArgument, "delete attribute format is wrong: {}", key);
    const std::string_view value = set ? entry.substr(equals + 1) : std::string_view();
    if (!changes.emplace(key, value).second)
      return Fail(ErrorCode::kInvalidArgument, "key duplication: {}", key);
  }
  return changes;
}

Result<Attributes> ApplyAttributeChanges(std::span<const AttributeRule> rules, bool create,
                                         const Attributes& current, const Attributes& changes) {
  Attributes result = current;
  for (const auto& [key, value] : changes) {
    PINTLE_ASSIGN(const Change change, ParseChange(key, value));
    PINTLE_TRY(CheckChange(rules, create, current, change));
    if (change.set) {
      result.insert_or_assign(std::string(change.name), value);
    } else {
      result.erase(std::string(change.name));
    }
  }
  return result;
}

}  // namespace pintle::broker
