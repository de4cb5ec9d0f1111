#include "base/bounded_executor.h"

#include <pthread.h>

#include <utility>

namespace pintle {

BoundedExecutor::BoundedExecutor(BoundedExecutorOptions options) : options_(std::move(options)) {
  threads_.reserve(options_.threads);
  for (size_t i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { Run(); });
}

BoundedExecutor::~BoundedExecutor() {
  {
    MutexLock lock(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

Status BoundedExecutor::Submit(Task task) {
  if (options_.threads == 0) {
    task();
    return {};
  }
  {
    MutexLock lock(mutex_);
    if (closing_) return Fail(ErrorCode::kClosed, "{} is shutting down", options_.name);
    if (queue_.size() >= options_.queue_limit)
      return Fail(ErrorCode::kOverloaded, "{}: {} tasks are waiting, the limit; try again later",
                  options_.name, queue_.size());
    queue_.push_back(std::move(task));
  }
  wake_.notify_one();
  return {};
}

size_t BoundedExecutor::queued() const {
  MutexLock lock(mutex_);
  return queue_.size();
}

void BoundedExecutor::Run() {
  ::pthread_setname_np(::pthread_self(), options_.name.substr(0, 15).c_str());
  for (;;) {
    Task task;
    {
      MutexLock lock(mutex_);
      while (queue_.empty() && !closing_) wake_.wait(mutex_);
      if (queue_.empty()) return;
      task = std::move(queue_.front());
      queue_.pop_front();
    }
    task();
  }
}

}  // namespace pintle
