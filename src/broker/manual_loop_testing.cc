#include "broker/manual_loop_testing.h"

#include <algorithm>
#include <utility>

namespace pintle::broker {

void ManualLoop::Post(net::Work work) {
  MutexLock lock(mutex_);
  posted_.push_back(std::move(work));
}

net::TimerId ManualLoop::After(int64_t delay_ms, net::Work work) {
  const uint64_t id = next_timer_++;
  timers_.emplace(id, Timer{clock_.MonotonicMs() + delay_ms, std::move(work)});
  return static_cast<net::TimerId>(id);
}

void ManualLoop::Cancel(net::TimerId timer) { timers_.erase(static_cast<uint64_t>(timer)); }

bool ManualLoop::RunOne() {
  net::Work work;
  if (!deferred_.empty()) {
    work = std::move(deferred_.front());
    deferred_.pop_front();
  } else {
    MutexLock lock(mutex_);
    if (!posted_.empty()) {
      work = std::move(posted_.front());
      posted_.pop_front();
    }
  }
  if (!work) {
    const auto due = std::ranges::find_if(
        timers_, [&](const auto& timer) { return timer.second.due_ms <= clock_.MonotonicMs(); });
    if (due == timers_.end()) return false;
    work = std::move(due->second.work);
    timers_.erase(due);
  }
  const bool was_inside = inside_.exchange(true);
  work();
  inside_ = was_inside;
  return true;
}

int ManualLoop::Run() {
  int ran = 0;
  while (RunOne()) ++ran;
  return ran;
}

void ManualLoop::Advance(int64_t ms) {
  const int64_t until_ms = clock_.MonotonicMs() + ms;
  Run();
  while (true) {
    int64_t next_ms = until_ms;
    for (const auto& [id, timer] : timers_) next_ms = std::min(next_ms, timer.due_ms);
    const int64_t now_ms = clock_.MonotonicMs();
    clock_.Advance(std::max<int64_t>(next_ms - now_ms, 0));
    if (Run() == 0 && clock_.MonotonicMs() >= until_ms) return;
  }
}

void ManualLoop::Start(net::Task<void> task) {
  const bool was_inside = inside_.exchange(true);
  Spawn(std::move(task));
  inside_ = was_inside;
}

}  // namespace pintle::broker
