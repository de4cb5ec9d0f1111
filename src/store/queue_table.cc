#include "store/queue_table.h"

#include "store/store_layout.h"

namespace pintle::store {

ConsumeQueue* QueueTable::Find(std::string_view topic, int32_t queue_id) const {
  MutexLock lock(mutex_);
  const auto queues = topics_.find(topic);
  if (queues == topics_.end()) return nullptr;
  const auto queue = queues->second.find(queue_id);
  return queue == queues->second.end() ? nullptr : queue->second.get();
}

Result<ConsumeQueue*> QueueTable::FindOrCreate(std::string_view topic, int32_t queue_id) {
  MutexLock lock(mutex_);
  auto queues = topics_.find(topic);
  if (queues != topics_.end()) {
    const auto queue = queues->second.find(queue_id);
    if (queue != queues->second.end()) return queue->second.get();
  }
  if (!IsStorableTopic(topic) || queue_id < 0) {
    return Fail(ErrorCode::kInvalidArgument, "no queue can be stored for topic '{}' queue {}",
                topic, queue_id);
  }
  if (queues == topics_.end()) queues = topics_.emplace(std::string(topic), Queues()).first;
  auto& queue = queues->second[queue_id];
  if (queue == nullptr)
    queue = std::make_unique<ConsumeQueue>(std::string(topic), queue_id, files_, dirty_);
  return queue.get();
}

std::vector<ConsumeQueue*> QueueTable::All() const {
  std::vector<ConsumeQueue*> all;
  MutexLock lock(mutex_);
  for (const auto& [topic, queues] : topics_) {
    for (const auto& [id, queue] : queues) all.push_back(queue.get());
  }
  return all;
}

std::vector<std::pair<std::string, std::vector<int32_t>>> QueueTable::Topics() const {
  std::vector<std::pair<std::string, std::vector<int32_t>>> out;
  MutexLock lock(mutex_);
  for (const auto& [topic, queues] : topics_) {
    auto& ids = out.emplace_back(topic, std::vector<int32_t>()).second;
    for (const auto& [id, queue] : queues) ids.push_back(id);
  }
  return out;
}

Status QueueTable::DeleteTopic(std::string_view topic) {
  const MutexLock folders(files_.folders());
  {
    MutexLock lock(mutex_);
    const auto queues = topics_.find(topic);
    if (queues == topics_.end()) return {};
    for (auto& [id, queue] : queues->second) {
      queue->MarkDeleted();
      deleted_.push_back(std::move(queue));
    }
    topics_.erase(queues);
  }
  const std::string folder = files_.TopicFolder(topic);
  files_.Forget(folder);
  PINTLE_TRY(fs_.RemoveTree(folder));
  // A reader may have opened one again before it was gone.
  files_.Forget(folder);
  return fs_.SyncDirectory(files_.root());
}

}  // namespace pintle::store
