// Tells the observer of appended messages in the order of the log, without holding up appends.
#pragma once

#include <atomic>
#include <vector>

#include "base/mutex.h"
#include "store/message_store.h"

namespace pintle::store {

// An appender leaves its message while it holds the append mutex, and delivers after it let go of
// it. Whoever is first delivers for the others too, so that nobody waits and the order stays.
//
// Threads: Leave() by the appender, one at a time; Deliver() from any thread.
class Announcer {
 public:
  // Before the first Leave().
  void SetObserver(AppendObserver* observer) { observer_ = observer; }

  void Leave(ConsumeQueue* queue, QueueOffset offset, int64_t tags_code) EXCLUDES(mutex_);
  void Deliver() EXCLUDES(mutex_);

 private:
  struct News {
    ConsumeQueue* queue;
    QueueOffset offset;
    int64_t tags_code;
  };

  AppendObserver* observer_ = nullptr;   // const after the first append
  std::atomic<bool> delivering_{false};  // whoever sets it owns taken_
  std::vector<News> taken_;

  Mutex mutex_;
  std::vector<News> left_ GUARDED_BY(mutex_);
  std::atomic<size_t> left_count_{0};  // left_.size(), readable without the mutex
};

}  // namespace pintle::store
