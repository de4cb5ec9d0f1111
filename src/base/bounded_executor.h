// A few threads for what may wait for the disk: cold reads, scans, deletion of files.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/mutex.h"

namespace pintle {

struct BoundedExecutorOptions {
  // Shown by the system for each thread; 15 characters at most are.
  std::string name = "pool";
  // 0: Submit() runs the task itself before it returns, for simulations in one thread.
  size_t threads = 2;
  // How many tasks may wait for a thread.
  size_t queue_limit = 1024;
};

// Runs tasks in the order of their submission, `threads` of them at a time. A task must not throw
// and must not outwait another one: nothing else would run.
//
// Threads: any thread, tasks included. Destroyed by its owner, never by a task.
class BoundedExecutor {
 public:
  using Task = std::move_only_function<void()>;

  explicit BoundedExecutor(BoundedExecutorOptions options);
  // Runs everything accepted to its end: accepted work is never dropped.
  ~BoundedExecutor();
  BoundedExecutor(const BoundedExecutor&) = delete;
  BoundedExecutor& operator=(const BoundedExecutor&) = delete;

  // kOverloaded when the queue is full, kClosed once destruction has begun; `task` has then been
  // destroyed without running.
  Status Submit(Task task);

  // Tasks that wait for a thread.
  size_t queued() const;

 private:
  void Run();

  const BoundedExecutorOptions options_;
  mutable Mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<Task> queue_ GUARDED_BY(mutex_);
  bool closing_ GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;  // const after construction
};

}  // namespace pintle
