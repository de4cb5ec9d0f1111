// Those who wait until what they appended is durable: a send under SYNC_FLUSH is answered after it.
//
// The store's flusher publishes a watermark; every waiter below it is resumed on its own loop, all
// of a loop by one wake-up, in the order of their appends.
#pragma once

#include <atomic>
#include <coroutine>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "model/offsets.h"
#include "net/loop.h"

namespace pintle::broker {

using model::LogOffset;

enum class Durability : uint8_t {
  kDurable,
  kTimeout,  // stored; whether it survives a power loss is not known yet
  kFailed,   // the store has failed for good: it will not become durable
};

// Threads: OnDurable() and OnFailed() from the store's flusher; Reaches() on the loops that it was
// made with.
class DurableWaiters {
 public:
  class Awaiter;

  DurableWaiters(std::span<net::Loop* const> loops, int64_t timeout_ms);
  ~DurableWaiters();
  DurableWaiters(const DurableWaiters&) = delete;
  DurableWaiters& operator=(const DurableWaiters&) = delete;

  // Durability reached = co_await durable.Reaches(loop, end): on `loop`, which is the caller's.
  Awaiter Reaches(net::Loop& loop, LogOffset end);

  // Everything below `durable` is durable. Never goes back.
  void OnDurable(LogOffset durable);
  // Nothing more will be.
  void OnFailed();
  // Forgets the loop's timer; waits end when the watermark reaches them, and nothing may wait anew.
  // On that loop.
  void Close(net::Loop& loop);

  // How many wait. Any thread.
  size_t waiting() const { return waiting_.load(std::memory_order_relaxed); }

 private:
  struct Waiter {
    LogOffset end;
    int64_t deadline_ms = 0;  // monotonic
    std::coroutine_handle<> handle;
    Durability* reached = nullptr;
  };
  struct LoopState {
    explicit LoopState(net::Loop& l) : loop(l) {}
    net::Loop& loop;
    // The loop's own. Appends of one loop follow each other, and all wait equally long: the front
    // has the smallest end and the first deadline.
    std::deque<Waiter> waiters;
    net::TimerId timer = net::TimerId::kNone;
    bool timer_armed = false;
    // The front's end; the flusher leaves a loop alone whose front is not reached. Written by the
    // loop, read by the flusher.
    std::atomic<int64_t> front{INT64_MAX};
    std::atomic<bool> scheduled{false};
  };

  LoopState& StateOf(net::Loop& loop);
  bool Wait(LoopState& state, const Waiter& waiter);
  void Publish();
  void Run(LoopState& state);
  void Resume(LoopState& state, Durability reached);
  void Arm(LoopState& state);
  void Expire(LoopState& state);

  const int64_t timeout_ms_;
  std::atomic<int64_t> durable_{0};
  std::atomic<bool> failed_{false};
  std::atomic<size_t> waiting_{0};
  std::vector<std::unique_ptr<LoopState>> loops_;  // const after construction
};

class [[nodiscard]] DurableWaiters::Awaiter {
 public:
  Awaiter(DurableWaiters& waiters, LoopState& loop, LogOffset end)
      : waiters_(waiters), loop_(loop), end_(end) {}

  bool await_ready() const noexcept {
    return waiters_.durable_.load(std::memory_order_acquire) >= end_.value();
  }
  bool await_suspend(std::coroutine_handle<> handle) {
    return waiters_.Wait(loop_, {end_, 0, handle, &reached_});
  }
  Durability await_resume() const noexcept { return reached_; }

 private:
  DurableWaiters& waiters_;
  LoopState& loop_;
  const LogOffset end_;
  Durability reached_ = Durability::kDurable;
};

}  // namespace pintle::broker
