#include "broker/ops/topics.h"

#include <algorithm>
#include <string>
#include <vector>

#include "broker/ops/checks.h"

namespace pintle::broker {
namespace {

constexpr int32_t kQueuesMax = 65'536;

// The retry topics that pop consumption makes of a topic and a group, in both of its forms.
std::vector<std::string> PopRetryTopics(Broker& broker, std::string_view topic) {
  std::vector<std::string> names;
  for (const std::string& group : broker.offsets().GroupsOf(topic)) {
    for (const char separator : {'+', '_'}) {
      std::string name = fmt::format("{}{}{}{}", model::kRetryPrefix, group, separator, topic);
      if (broker.topics().Contains(name)) names.push_back(std::move(name));
    }
  }
  return names;
}

}  // namespace

Outcome<MetadataFile::Change> UpdateTopic(Broker& broker, model::TopicConfig config) {
  if (auto named = CheckTopicName(config.name); !named)
    return std::unexpected(std::move(named).error());
  if (auto user = CheckNotSystem(broker, config.name); !user)
    return std::unexpected(std::move(user).error());
  const int32_t queues = std::max(config.read_queues, config.write_queues);
  if (std::min(config.read_queues, config.write_queues) < 0 || queues > kQueuesMax) {
    return Refuse(RefusalCode::kInvalidParameter,
                  "topic {} cannot have {} read and {} write queues; the limit is {}", config.name,
                  config.read_queues, config.write_queues, kQueuesMax);
  }
  auto changed = broker.topics().Update(std::move(config));
  if (!changed) return std::unexpected(std::move(changed).error());
  return changed->change;
}

Outcome<MetadataFile::Change> DeleteTopic(Broker& broker, std::string_view topic) {
  if (std::ranges::all_of(topic, [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }))
    return Refuse(RefusalCode::kInvalidParameter, "The specified topic is blank.");
  if (auto user = CheckNotSystem(broker, topic); !user)
    return std::unexpected(std::move(user).error());

  std::vector<std::string> names = PopRetryTopics(broker, topic);
  names.emplace_back(topic);
  MetadataFile::Change change = 0;
  for (const std::string& name : names) {
    change = std::max(change, broker.topics().Delete(name));
    broker.offsets().ForgetTopic(name);
    if (const Status deleted = broker.store().DeleteTopic(name); !deleted)
      return std::unexpected(ToRefusal(deleted.error()));
  }
  return change;
}

}  // namespace pintle::broker
