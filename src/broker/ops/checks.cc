#include "broker/ops/checks.h"

#include <algorithm>

#include "base/java_text.h"
#include "model/topic.h"

namespace pintle::broker {
namespace {

bool IsAllowed(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '%' ||
         c == '-' || c == '_' || c == '|';
}

// What a name has in it is told before how long it is.
Outcome<void> CheckName(std::string_view kind, std::string_view name) {
  if (IsBlank(name))
    return Refuse(RefusalCode::kInvalidParameter, "The specified {} is blank.", kind);
  if (!std::ranges::all_of(name, IsAllowed)) {
    return Refuse(RefusalCode::kInvalidParameter,
                  "The specified {}: {}, contains illegal characters, allowing only "
                  "^[%|a-zA-Z0-9_-]+$",
                  kind, name);
  }
  return {};
}

}  // namespace

bool IsBlank(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); });
}

Outcome<void> CheckTopicName(std::string_view topic) {
  if (auto named = CheckName("topic", topic); !named) return named;
  if (model::IsRetryTopic(topic) || model::IsDlqTopic(topic)) {
    if (topic.size() <= model::kRetryTopicLengthMax) return {};
    return Refuse(RefusalCode::kInvalidParameter,
                  "The specified topic is DLQ or Retry topic: {}, and it's longer than topic max "
                  "length: {}",
                  topic, model::kRetryTopicLengthMax);
  }
  if (topic.size() <= model::kTopicLengthMax) return {};
  return Refuse(RefusalCode::kInvalidParameter,
                "The specified topic: {}, is longer than topic max length: {}", topic,
                model::kTopicLengthMax);
}

Outcome<void> CheckGroupName(std::string_view group) {
  if (auto named = CheckName("group", group); !named) return named;
  if (group.size() <= model::kGroupLengthMax) return {};
  return Refuse(RefusalCode::kInvalidParameter,
                "The specified group: {}, is longer than group max length: {}", group,
                model::kGroupLengthMax);
}

Outcome<void> CheckNotSystem(Broker& broker, std::string_view topic) {
  if (!broker.topics().IsSystem(topic)) return {};
  return Refuse(RefusalCode::kInvalidParameter, "The topic[{}] is conflict with system topic.",
                topic);
}

}  // namespace pintle::broker
