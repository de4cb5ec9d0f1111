#include "broker/queue_locks.h"

#include "base/log.h"

namespace pintle::broker {

std::vector<model::MessageQueue> QueueLocks::Lock(std::string_view group,
                                                  std::string_view client_id,
                                                  std::span<const model::MessageQueue> queues) {
  std::vector<model::MessageQueue> held;
  MutexLock lock(mutex_);
  Group& holders = groups_[std::string(group)];
  for (const model::MessageQueue& queue : queues) {
    const auto [place, made] = holders.try_emplace(queue, std::string(client_id));
    Holder& holder = place->second;
    if (!made && holder.client_id != client_id) {
      if (!Expired(holder)) continue;
      PINTLE_LOG(kInfo, "broker: lock of {} queue {} for group {} passes from {} to {}",
                 queue.topic, queue.queue_id, group, holder.client_id, client_id);
      holder.client_id = client_id;
    }
    holder.renewed_ms = clock_.MonotonicMs();
    holder.lost = false;
    held.push_back(queue);
  }
  return held;
}

void QueueLocks::Unlock(std::string_view group, std::string_view client_id,
                        std::span<const model::MessageQueue> queues) {
  MutexLock lock(mutex_);
  const auto holders = groups_.find(group);
  if (holders == groups_.end()) return;
  for (const model::MessageQueue& queue : queues) {
    const auto holder = holders->second.find(queue);
    if (holder != holders->second.end() && holder->second.client_id == client_id)
      holders->second.erase(holder);
  }
  if (holders->second.empty()) groups_.erase(holders);
}

void QueueLocks::OnClientLost(std::string_view client_id) {
  MutexLock lock(mutex_);
  for (auto& [name, group] : groups_) {
    for (auto& [queue, holder] : group) {
      if (holder.client_id == client_id) holder.lost = true;
    }
  }
}

bool QueueLocks::AnyHeld(std::string_view group) const {
  MutexLock lock(mutex_);
  const auto holders = groups_.find(group);
  if (holders == groups_.end()) return false;
  for (const auto& [queue, holder] : holders->second) {
    if (!Expired(holder)) return true;
  }
  return false;
}

void QueueLocks::DropExpired() {
  MutexLock lock(mutex_);
  for (auto group = groups_.begin(); group != groups_.end();) {
    std::erase_if(group->second, [this](const auto& entry) { return Expired(entry.second); });
    group = group->second.empty() ? groups_.erase(group) : std::next(group);
  }
}

}  // namespace pintle::broker
