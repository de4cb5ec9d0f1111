#include "broker/ops/unread.h"

#include <algorithm>
#include <set>

namespace pintle::broker {

TopicReaders ReadersOf(Broker& broker, const std::string& topic) {
  std::set<std::string> all;
  for (std::string& group : broker.offsets().GroupsOf(topic)) all.insert(std::move(group));
  for (std::string& group : broker.clients().GroupsOf(topic)) all.insert(std::move(group));
  TopicReaders readers;
  for (const std::string& group : all) {
    const auto connected = broker.clients().Find(group, topic);
    const bool broadcasting =
        connected.group_known && connected.model == MessageModel::kBroadcasting;
    (broadcasting ? readers.broadcasting : readers.groups).push_back(group);
  }
  return readers;
}

UnreadQueue UnreadOf(Broker& broker, const Topic& topic, int32_t queue_id,
                     const TopicReaders& readers) {
  const std::string& name = topic.name();
  const int64_t begin = broker.store().MinOffset(name, queue_id).value();
  UnreadQueue queue;
  queue.queue_id = queue_id;
  queue.end = broker.store().MaxOffset(name, queue_id).value();
  queue.kept = std::max<int64_t>(queue.end - begin, 0);
  for (const std::string& group : readers.groups) {
    const auto consumed = broker.offsets().Find(name, group, queue_id);
    const int64_t from = consumed ? std::max(consumed->value(), begin) : begin;
    const int64_t unread = std::max<int64_t>(queue.end - from, 0);
    if (unread <= queue.unread) continue;
    queue.unread = unread;
    queue.behind = group;
  }
  return queue;
}

}  // namespace pintle::broker
