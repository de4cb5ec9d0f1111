// Waiting that can be cut short.
#pragma once

#include <coroutine>
#include <cstdint>
#include <map>

#include "net/loop.h"

namespace pintle::client {

// co_await pauses.For(1000): resumes after the time, or as soon as somebody calls WakeAll().
// Threads: its loop.
class Pauses {
 public:
  explicit Pauses(net::Loop& loop) : loop_(loop) {}

  class Pause {
   public:
    Pause(Pauses& pauses, int64_t delay_ms) : pauses_(pauses), delay_ms_(delay_ms) {}
    bool await_ready() const noexcept { return delay_ms_ <= 0 || pauses_.ended_; }
    void await_suspend(std::coroutine_handle<> waiting) {
      const uint64_t key = ++pauses_.next_;
      const net::TimerId timer = pauses_.loop_.After(delay_ms_, [&pauses = pauses_, key] {
        const auto at = pauses.waiting_.find(key);
        if (at == pauses.waiting_.end()) return;
        const auto handle = at->second.handle;
        pauses.waiting_.erase(at);
        handle.resume();
      });
      pauses_.waiting_[key] = {.handle = waiting, .timer = timer};
    }
    void await_resume() const noexcept {}

   private:
    Pauses& pauses_;
    const int64_t delay_ms_;
  };

  Pause For(int64_t delay_ms) { return {*this, delay_ms}; }

  // Ends every pause under way.
  void WakeAll() {
    auto waiting = std::exchange(waiting_, {});
    for (auto& [key, pause] : waiting) {
      loop_.Cancel(pause.timer);
      pause.handle.resume();
    }
  }
  // Ends every pause under way and every later one at once.
  void End() {
    ended_ = true;
    WakeAll();
  }

 private:
  struct Waiting {
    std::coroutine_handle<> handle;
    net::TimerId timer = net::TimerId::kNone;
  };
  net::Loop& loop_;
  uint64_t next_ = 0;
  bool ended_ = false;
  std::map<uint64_t, Waiting> waiting_;
};

}  // namespace pintle::client
