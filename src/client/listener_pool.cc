#include "client/listener_pool.h"

#include <algorithm>
#include <utility>

namespace pintle::client {

ListenerPool::ListenerPool(int threads) {
  for (int i = 0; i < std::max(1, threads); ++i) threads_.emplace_back([this] { Run(); });
}

ListenerPool::~ListenerPool() { Stop(); }

void ListenerPool::Submit(Work work) {
  std::vector<Work> one;
  one.push_back(std::move(work));
  SubmitAll(std::move(one));
}

void ListenerPool::SubmitAll(std::vector<Work> works) {
  size_t woken = 0;
  {
    MutexLock lock(mutex_);
    if (stopping_) return;
    for (Work& work : works) work_.push_back(std::move(work));
    woken = std::min(works.size(), idle_);
    idle_ -= woken;
  }
  for (; woken > 0; --woken) changed_.notify_one();
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
    Work work;
    {
      MutexLock lock(mutex_);
      while (work_.empty() && !stopping_) {
        ++idle_;
        changed_.wait(mutex_);
      }
      if (stopping_) return;
      work = std::move(work_.front());
      work_.pop_front();
    }
    work();
  }
}

}  // namespace pintle::client
