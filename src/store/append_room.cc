#include "store/append_room.h"

#include <chrono>
#include <utility>

namespace pintle::store {

void AppendRoom::SetListener(std::function<void()> listener) {
  MutexLock lock(mutex_);
  listener_ = std::move(listener);
}

void AppendRoom::Made() {
  made_.fetch_add(1);
  if (!refused_.load() || !refused_.exchange(false)) return;
  MutexLock lock(mutex_);
  changed_.notify_all();
  if (listener_) listener_();
}

bool AppendRoom::WaitPast(uint64_t seen, int64_t timeout_ms) {
  MutexLock lock(mutex_);
  while (made() == seen) {
    // Told again for each wait: somebody else's may have ended meanwhile.
    refused_.store(true);
    if (made() != seen) break;
    if (changed_.wait_for(mutex_, std::chrono::milliseconds(timeout_ms)) == std::cv_status::timeout)
      return made() != seen;
  }
  return true;
}

}  // namespace pintle::store
