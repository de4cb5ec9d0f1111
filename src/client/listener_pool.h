// Threads that run listeners.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace pintle::client {

// Unbounded on purpose: what waits here is bounded by the process queues that feed it.
// Threads: Submit() from any thread; construction and Stop() by the owner.
class ListenerPool {
 public:
  using Work = std::move_only_function<void()>;

  explicit ListenerPool(int threads);
  ~ListenerPool();

  void Submit(Work work);
  void SubmitAll(std::vector<Work> works);
  // Ends the threads after the work under way. What still waits, and what comes later, is dropped.
  void Stop();

 private:
  // One for each thread.
  struct Sleeper {
    std::condition_variable_any woken;
    bool wakes = false;  // under the pool's mutex
  };

  void Run(Sleeper& self);
  // Whom the caller is to wake, or null.
  Sleeper* TakeSleeper() REQUIRES(mutex_);

  Mutex mutex_;
  std::deque<Work> work_ GUARDED_BY(mutex_);
  std::vector<Sleeper> sleepers_;
  std::vector<Sleeper*> idle_ GUARDED_BY(mutex_);  // those that sleep, and were not woken
  bool waking_ GUARDED_BY(mutex_) = false;         // one was woken, and is not there yet
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;  // the owner's
};

}  // namespace pintle::client
