#include "client/listener_pool.h"

#include <algorithm>
#include <utility>

namespace pintle::client {

ListenerPool::ListenerPool(int threads) : sleepers_(static_cast<size_t>(std::max(1, threads))) {
  for (Sleeper& sleeper : sleepers_) threads_.emplace_back([this, &sleeper] { Run(sleeper); });
}

ListenerPool::~ListenerPool() { Stop(); }

void ListenerPool::Submit(Work work) {
  std::vector<Work> one;
  one.push_back(std::move(work));
  SubmitAll(std::move(one));
}

void ListenerPool::SubmitAll(std::vector<Work> works) {
  Sleeper* sleeper = nullptr;
  {
    MutexLock lock(mutex_);
    if (stopping_) return;
    for (Work& work : works) work_.push_back(std::move(work));
    sleeper = TakeSleeper();
  }
  if (sleeper != nullptr) sleeper->woken.notify_one();
}

// Threads are woken one after the other, each by the one before as long as there is work: short work
// is done with before several would have been woken for it, which costs more than the work itself.
// The last to sleep is the first: its memory is still in the processor's caches.
ListenerPool::Sleeper* ListenerPool::TakeSleeper() {
  if (waking_ || idle_.empty() || work_.empty()) return nullptr;
  Sleeper* const sleeper = idle_.back();
  idle_.pop_back();
  sleeper->wakes = true;
  waking_ = true;
  return sleeper;
}

void ListenerPool::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  for (Sleeper& sleeper : sleepers_) sleeper.woken.notify_one();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void ListenerPool::Run(Sleeper& self) {
  for (;;) {
    Work work;
    Sleeper* next = nullptr;
    {
      MutexLock lock(mutex_);
      while (work_.empty() && !stopping_) {
        idle_.push_back(&self);
        while (!self.wakes && !stopping_) self.woken.wait(mutex_);
        if (std::exchange(self.wakes, false)) waking_ = false;
      }
      if (stopping_) return;
      work = std::move(work_.front());
      work_.pop_front();
      next = TakeSleeper();
    }
    if (next != nullptr) next->woken.notify_one();
    work();
  }
}

}  // namespace pintle::client
