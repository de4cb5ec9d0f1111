#include "client/listener_pool.h"

#include <algorithm>

namespace pintle::client {

ListenerPool::ListenerPool(int threads) {
  for (int i = 0; i < std::max(1, threads); ++i) threads_.emplace_back([this] { Run(); });
}

ListenerPool::~ListenerPool() { Stop(); }

void ListenerPool::Submit(std::move_only_function<void()> work) {
  {
    MutexLock lock(mutex_);
    if (stopping_) return;
    work_.push_back(std::move(work));
  }
  changed_.notify_one();
}

void ListenerPool::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void ListenerPool::Run() {
  for (;;) {
    std::move_only_function<void()> work;
    {
      MutexLock lock(mutex_);
      while (work_.empty() && !stopping_) changed_.wait(mutex_);
      if (stopping_) return;
      work = std::move(work_.front());
      work_.pop_front();
    }
    work();
  }
}

}  // namespace pintle::client
