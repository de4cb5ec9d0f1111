#include "broker/ops/topics.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/log.h"
#include "broker/ops/checks.h"
#include "broker/ops/unread.h"

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

// What the queues that a topic loses for reading still hold is neither deleted nor read, as in
// RocketMQ. Nobody sees that from outside, so it is said here.
void LogHidden(Broker& broker, const Topic& before, const Topic& now) {
  const int32_t read_queues = now.config().read_queues;
  if (before.config().read_queues <= read_queues) return;
  const TopicReaders readers = ReadersOf(broker, before.name());
  int64_t kept = 0;
  int64_t unread = 0;
  std::string behind;
  for (int32_t id = read_queues; id < before.config().read_queues; ++id) {
    const UnreadQueue queue = UnreadOf(broker, before, id, readers);
    kept += queue.kept;
    unread += queue.unread;
    if (behind.empty()) behind = queue.behind;
  }
  const bool nobody = readers.groups.empty() && kept > 0;
  if (unread == 0 && !nobody) return;
  PINTLE_LOG(
      kWarn,
      "broker: topic {} is read with {} queues instead of {}: {} messages in queues {} to {} "
      "that {} are hidden; they are kept as long as the log, and read again once the topic has "
      "{} read queues",
      before.name(), read_queues, before.config().read_queues, nobody ? kept : unread, read_queues,
      before.config().read_queues - 1,
      nobody ? "no group has consumed" : fmt::format("group {} has not consumed", behind),
      before.config().read_queues);
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
  const auto before = broker.topics().Find(config.name);
  auto changed = broker.topics().Update(std::move(config));
  if (!changed) return std::unexpected(std::move(changed).error());
  if (before != nullptr) LogHidden(broker, *before, *changed->topic);
  return changed->change;
}

net::Task<Status> TopicSettled(Broker& broker, net::Loop& loop, MetadataFile::Change change) {
  Status written = co_await broker.topics().file().Written(loop, change);
  NameServerRegistrar* registrar = broker.registrar();
  if (written && registrar != nullptr) co_await registrar->Told(loop);
  co_return std::move(written);
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

int32_t QueueNow(const Topic& topic, int32_t queue_id) {
  const int32_t queues = topic.config().write_queues;
  return queue_id >= topic.queue_count() && queues > 0 ? queue_id % queues : queue_id;
}

}  // namespace pintle::broker
