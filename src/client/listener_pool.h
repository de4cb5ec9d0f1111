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
  void Run();
  // True: the caller is to wake a thread.
  bool ClaimWake() REQUIRES(mutex_);

  Mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Work> work_ GUARDED_BY(mutex_);
  size_t idle_ GUARDED_BY(mutex_) = 0;      // threads that wait, but for one that is being woken
  bool waking_ GUARDED_BY(mutex_) = false;  // one is being woken
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;  // the owner's
};

}  // namespace pintle::client
