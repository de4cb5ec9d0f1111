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
  bool wake = false;
  {
    MutexLock lock(mutex_);
    if (stopping_) return;
    for (Work& work : works) work_.push_back(std::move(work));
    wake = ClaimWake();
  }
  if (wake) changed_.notify_one();
}

// Threads are woken one after the other, each by the one before as long as there is work: short work
// is done with before several would have been woken for it, which costs more than the work itself.
bool ListenerPool::ClaimWake() {
  if (waking_ || idle_ == 0 || work_.empty()) return false;
  --idle_;
  waking_ = true;
  return true;
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
    bool wake = false;
    {
      MutexLock lock(mutex_);
      while (work_.empty() && !stopping_) {
        ++idle_;
        changed_.wait(mutex_);
        // Nobody woke this one: it takes itself out of those that wait.
        if (!std::exchange(waking_, false)) --idle_;
      }
      if (stopping_) return;
      work = std::move(work_.front());
      work_.pop_front();
      wake = ClaimWake();
    }
    if (wake) changed_.notify_one();
    work();
  }
}

}  // namespace pintle::client
