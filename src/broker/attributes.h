// The attributes of topics and groups: which exist, and how a request changes them. A request says
// "+key=value" to set and "-key" to remove.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace pintle::broker {

using Attributes = std::map<std::string, std::string>;

struct AttributeRule {
  std::string_view name;
  bool changeable = true;                    // after the topic was created
  std::span<const std::string_view> values;  // allowed; empty: none is served here
  int64_t number_max = 0;                    // over 0: whole numbers from 1 to it instead
};

// queue.type, cleanup.policy, message.type, reserve.time, and those of queue_policy.h.
std::span<const AttributeRule> TopicAttributeRules();
// Groups have none.
std::span<const AttributeRule> GroupAttributeRules();

// "+a=1,-b" -> {"+a": "1", "-b": ""}. kInvalidArgument when an entry is neither.
Result<Attributes> ParseAttributeChanges(std::string_view text);

// `current` with `changes` applied; `create` when the topic does not exist yet. kInvalidArgument
// for a key that no rule names, a value that is not allowed, a change of what cannot change.
Result<Attributes> ApplyAttributeChanges(std::span<const AttributeRule> rules, bool create,
                                         const Attributes& current, const Attributes& changes);

}  // namespace pintle::broker
