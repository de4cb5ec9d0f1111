// Work that may wait for the disk, awaited on a loop.
#pragma once

#include <functional>
#include <optional>
#include <utility>

#include "base/bounded_executor.h"
#include "base/error.h"
#include "net/loop.h"
#include "net/task.h"

namespace pintle::net {

// Status done = co_await RunBlocking<void>(pool, loop, [&] { return file.Sync(); });
//
// Runs `work` on a thread of the pool and resumes on `loop`, which is the caller's. What the work
// borrows must live until then. kOverloaded or kClosed by the pool: it did not run.
template <typename T>
Task<Result<T>> RunBlocking(BoundedExecutor& pool, Loop& loop,
                            std::move_only_function<Result<T>()> work) {
  struct Awaiter {
    BoundedExecutor& pool;
    Loop& loop;
    std::move_only_function<Result<T>()>& work;
    std::optional<Result<T>> result{};

    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> awaiting) {
      Status accepted = pool.Submit([this, awaiting] {
        result = work();
        loop.Post([awaiting] { awaiting.resume(); });
      });
      if (accepted) return true;
      result = std::unexpected(std::move(accepted).error());
      return false;
    }
    Result<T> await_resume() { return *std::move(result); }
  };
  Awaiter awaiter{pool, loop, work};
  co_return co_await awaiter;
}

}  // namespace pintle::net
