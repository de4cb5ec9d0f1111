// Work that may wait for the disk, off the loop: co_await InBackground(executor, loop, work).
#pragma once

#include <coroutine>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/bounded_executor.h"
#include "base/error.h"
#include "net/loop.h"

namespace pintle::broker {

template <typename Work>
class [[nodiscard]] BackgroundAwaiter {
 public:
  using Value = std::invoke_result_t<Work&>;

  BackgroundAwaiter(BoundedExecutor& executor, net::Loop& loop, Work work)
      : executor_(executor), loop_(loop), work_(std::move(work)) {}

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> handle) {
    Status accepted = executor_.Submit([this, handle] {
      value_.emplace(work_());
      loop_.Post([handle] { handle.resume(); });
    });
    if (accepted) return true;
    error_ = std::move(accepted).error();
    return false;
  }
  Result<Value> await_resume() {
    if (!value_) return std::unexpected(std::move(error_));
    return *std::move(value_);
  }

 private:
  BoundedExecutor& executor_;
  net::Loop& loop_;
  Work work_;
  std::optional<Value> value_;
  Error error_;
};

// Runs `work` on a thread of the executor and resumes on `loop`, where it is awaited, with its
// value. kOverloaded when too much waits already; `work` has not run then.
template <typename Work>
BackgroundAwaiter<Work> InBackground(BoundedExecutor& executor, net::Loop& loop, Work work) {
  return {executor, loop, std::move(work)};
}

}  // namespace pintle::broker
