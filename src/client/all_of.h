// Waiting for several tasks.
#pragma once

#include <algorithm>
#include <coroutine>
#include <cstddef>
#include <utility>
#include <vector>

#include "net/loop.h"

namespace pintle::client {

namespace detail {

struct Remaining {
  size_t tasks = 0;
  std::coroutine_handle<> waiting{};

  bool await_ready() const noexcept { return tasks == 0; }
  void await_suspend(std::coroutine_handle<> handle) noexcept { waiting = handle; }
  void await_resume() const noexcept {}
};

// Whoever waits may destroy `remaining` once it is resumed.
inline net::Task<void> CountDown(net::Task<void> task, Remaining* remaining) {
  co_await task;
  if (--remaining->tasks == 0 && remaining->waiting) remaining->waiting.resume();
}

}  // namespace detail

// co_await AllOf(loop, std::move(tasks)): starts the tasks, so many at once that the requests of all
// fit on a connection, and resumes when all have ended.
// Threads: the loop's.
inline net::Task<void> AllOf(net::Loop& loop, std::vector<net::Task<void>> tasks) {
  constexpr size_t kAtOnceMax = 4096;
  for (size_t begun = 0; begun < tasks.size();) {
    const size_t end = std::min(tasks.size(), begun + kAtOnceMax);
    detail::Remaining remaining{.tasks = end - begun};
    for (; begun < end; ++begun) loop.Spawn(detail::CountDown(std::move(tasks[begun]), &remaining));
    co_await remaining;
  }
}

}  // namespace pintle::client
