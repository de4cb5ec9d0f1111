#include "broker/queue_locks.h"

#include <utility>

#include "base/log.h"
#include "remoting/json.h"

namespace pintle::broker {

QueueLocks::QueueLocks(const Clock& clock, int64_t live_ms, FileSystem& fs,
                       BoundedExecutor& executor, std::string path)
    : clock_(clock),
      live_ms_(live_ms),
      file_(fs, executor, std::move(path), [this] { return Encode(); }) {}

Status QueueLocks::Load() {
  return file_.Load([this](std::string_view text) { return Decode(text); });
}

void QueueLocks::Changed() {
  file_.Changed();
  file_.WriteSoon();
}

std::vector<model::MessageQueue> QueueLocks::Lock(std::string_view group,
                                                  std::string_view client_id,
                                                  std::span<const model::MessageQueue> queues) {
  std::vector<model::MessageQueue> held;
  bool changed = false;
  {
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
        changed = true;
      }
      changed = changed || made;
      holder.renewed_ms = clock_.MonotonicMs();
      holder.lost = false;
      held.push_back(queue);
    }
  }
  if (changed) Changed();
  return held;
}

void QueueLocks::Unlock(std::string_view group, std::string_view client_id,
                        std::span<const model::MessageQueue> queues) {
  size_t freed = 0;
  {
    MutexLock lock(mutex_);
    const auto holders = groups_.find(group);
    if (holders == groups_.end()) return;
    for (const model::MessageQueue& queue : queues) {
      const auto holder = holders->second.find(queue);
      if (holder == holders->second.end() || holder->second.client_id != client_id) continue;
      holders->second.erase(holder);
      ++freed;
    }
    if (holders->second.empty()) groups_.erase(holders);
  }
  if (freed > 0) Changed();
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
  size_t dropped = 0;
  {
    MutexLock lock(mutex_);
    for (auto group = groups_.begin(); group != groups_.end();) {
      dropped +=
          std::erase_if(group->second, [this](const auto& entry) { return Expired(entry.second); });
      group = group->second.empty() ? groups_.erase(group) : std::next(group);
    }
  }
  if (dropped > 0) Changed();
}

std::string QueueLocks::Encode() const {
  remoting::JsonWriter out;
  MutexLock lock(mutex_);
  out.BeginObject();
  out.Key("lockTable");
  out.BeginObject();
  for (const auto& [group, holders] : groups_) {
    out.Key(group);
    out.BeginArray();
    for (const auto& [queue, holder] : holders) {
      out.BeginObject();
      out.Member("brokerName", queue.broker_name);
      out.Member("clientId", holder.client_id);
      out.Member("queueId", queue.queue_id);
      out.Member("topic", queue.topic);
      out.EndObject();
    }
    out.EndArray();
  }
  out.EndObject();
  out.EndObject();
  return out.Take();
}

Status QueueLocks::Decode(std::string_view text) {
  PINTLE_ASSIGN(const remoting::JsonDocument document, remoting::JsonDocument::Parse(text));
  const int64_t now_ms = clock_.MonotonicMs();
  MutexLock lock(mutex_);
  groups_.clear();
  for (const remoting::JsonMember& group : document.root().Members("lockTable")) {
    Group& holders = groups_[std::string(group.key.text())];
    for (const remoting::JsonValue& entry : group.value.items()) {
      holders[{entry.String("topic"), entry.String("brokerName"),
               static_cast<int32_t>(entry.Int("queueId"))}] = {entry.String("clientId"), now_ms,
                                                               true};
    }
  }
  return {};
}

}  // namespace pintle::broker
