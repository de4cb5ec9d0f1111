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
  explicit ListenerPool(int threads);
  ~ListenerPool();

  void Submit(std::move_only_function<void()> work);
  // Ends the threads after the work under way. What still waits, and what comes later, is dropped.
  void Stop();

 private:
  void Run();

  Mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<std::move_only_function<void()>> work_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;  // the owner's
};

}  // namespace pintle::client
