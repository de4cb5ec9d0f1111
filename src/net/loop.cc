#include "net/loop.h"

#include <algorithm>
#include <utility>

namespace pintle::net {

TimerId Loop::At(int64_t due_ns, Work work) {
  const int64_t delay_ns = std::max<int64_t>(due_ns - clock().MonotonicNs(), 0);
  return After((delay_ns + 999'999) / 1'000'000, std::move(work));
}

void Loop::Spawn(Task<void> task) {
  PINTLE_CHECK(InLoop(), "a task is started from a foreign thread");
  auto handle = task.Release();
  handle.promise().detached = true;
  handle.resume();
}

namespace {

struct SleepAwaiter {
  Loop& loop;
  int64_t delay_ms;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> sleeper) {
    loop.After(delay_ms, [sleeper] { sleeper.resume(); });
  }
  void await_resume() const noexcept {}
};

struct SwitchAwaiter {
  Loop& loop;
  bool await_ready() const noexcept { return loop.InLoop(); }
  void await_suspend(std::coroutine_handle<> traveller) {
    loop.Post([traveller] { traveller.resume(); });
  }
  void await_resume() const noexcept {}
};

}  // namespace

// The awaiter of these is on the target loop when they end, as they resume it themselves.
Task<void> Sleep(Loop& loop, int64_t delay_ms) { co_await SleepAwaiter{loop, delay_ms}; }

Task<void> SwitchTo(Loop& loop) { co_await SwitchAwaiter{loop}; }

}  // namespace pintle::net
