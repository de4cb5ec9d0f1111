#include "store/tool/deleted_topics.h"

#include <algorithm>

#include "model/topic.h"

namespace pintle::store {

DeletedTopics::DeletedTopics(const StoppedStore& store)
    : point_(RecoveryPoint::Read(store.fs(), store.layout().recovery_point)) {
  const std::string path = JoinPath(store.layout().root, "config/topics.json");
  if (auto topics = ReadWholeFile(store.fs(), path)) topics_ = *std::move(topics);
  if (topics_.find("\"topicConfigTable\"") == std::string::npos) topics_.clear();
  for (const StoredQueue& queue : store.queues()) topics_with_queues_.insert(queue.topic);
}

bool DeletedTopics::Contains(const model::Record& record) const {
  if (point_ && std::ranges::any_of(point_->deleted, [&](const auto& deleted) {
        return deleted.topic == record.topic && record.log_offset < deleted.before;
      }))
    return true;
  // Brokers make system topics without entering all of them.
  return !topics_.empty() && !model::IsSystemTopic(record.topic) &&
         !topics_with_queues_.contains(record.topic) &&
         topics_.find(fmt::format("\"{}\"", record.topic)) == std::string::npos;
}

}  // namespace pintle::store
