#include "store/announcer.h"

namespace pintle::store {

void Announcer::Leave(ConsumeQueue* queue, QueueOffset offset, int64_t tags_code) {
  if (observer_ == nullptr) return;
  MutexLock lock(mutex_);
  left_.push_back({queue, offset, tags_code});
  left_count_.store(left_.size());
}

void Announcer::Deliver() {
  // The one who delivers looks again after it stopped: news left just before would otherwise wait
  // for the next append.
  while (left_count_.load() != 0 && !delivering_.exchange(true)) {
    {
      MutexLock lock(mutex_);
      taken_.swap(left_);
      left_count_.store(0);
    }
    for (const News& news : taken_) observer_->OnReadable(*news.queue, news.offset, news.tags_code);
    taken_.clear();
    delivering_.store(false);
  }
}

}  // namespace pintle::store
