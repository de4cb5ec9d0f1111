#include "client/name_space.h"

#include <fmt/format.h>

#include <utility>

#include "model/topic.h"

namespace pintle::client {

namespace {

constexpr std::string_view kSystemGroupPrefix = "CID_RMQ_SYS_";

// The part of the name that stands before a namespace.
std::string_view PrefixOf(std::string_view name) {
  for (const std::string_view prefix : {model::kRetryPrefix, model::kDlqPrefix}) {
    if (name.starts_with(prefix)) return prefix;
  }
  return {};
}

bool IsSystem(std::string_view name) {
  return model::IsSystemTopic(name) || name.starts_with(kSystemGroupPrefix);
}

}  // namespace

std::string NameSpace::Wrap(std::string_view name) const {
  if (name_.empty() || name.empty() || IsSystem(name)) return std::string(name);
  const std::string_view prefix = PrefixOf(name);
  const std::string_view rest = name.substr(prefix.size());
  if (rest.starts_with(name_ + "%")) return std::string(name);
  return fmt::format("{}{}%{}", prefix, name_, rest);
}

std::string NameSpace::Unwrap(std::string_view name) const {
  const std::string_view prefix = PrefixOf(name);
  const std::string_view rest = name.substr(prefix.size());
  if (name_.empty() || !rest.starts_with(name_ + "%")) return std::string(name);
  return fmt::format("{}{}", prefix, rest.substr(name_.size() + 1));
}

MessageQueue NameSpace::Wrap(MessageQueue queue) const {
  if (!name_.empty()) queue.topic = Wrap(queue.topic);
  return queue;
}

std::vector<MessageQueue> NameSpace::Wrap(std::vector<MessageQueue> queues) const {
  for (MessageQueue& queue : queues) queue = Wrap(std::move(queue));
  return queues;
}

MessageQueue NameSpace::Unwrap(MessageQueue queue) const {
  if (!name_.empty()) queue.topic = Unwrap(queue.topic);
  return queue;
}

std::vector<MessageQueue> NameSpace::Unwrap(std::vector<MessageQueue> queues) const {
  for (MessageQueue& queue : queues) queue = Unwrap(std::move(queue));
  return queues;
}

}  // namespace pintle::client
