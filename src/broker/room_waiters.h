// Those whose message finds no room in the store while the disk stalls: nothing of it is stored yet.
//
// A sender that is made to wait sends less; one that were refused would send again at once. The
// order of a loop's requests is kept: who comes later waits behind, and room is given to the first.
#pragma once

#include <atomic>
#include <coroutine>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "net/loop.h"
#include "store/message_store.h"

namespace pintle::broker {

// Threads: OnRoom() from the store's threads; the rest on the loops that it was made with.
class RoomWaiters {
 public:
  class Awaiter;

  // At most `bytes_max` of messages are held for those who wait.
  RoomWaiters(std::span<net::Loop* const> loops, const store::MessageStore& store,
              int64_t bytes_max);
  ~RoomWaiters();
  RoomWaiters(const RoomWaiters&) = delete;
  RoomWaiters& operator=(const RoomWaiters&) = delete;

  // Somebody on this loop waits: whoever comes now is behind them.
  bool crowded(net::Loop& loop) { return !StateOf(loop).waiters.empty(); }
  // To be taken before an attempt to store.
  uint64_t made() const { return store_.room_made(); }
  // Sets aside memory for a message that is to wait. False: too much waits already.
  bool Hold(int64_t bytes);
  void Release(int64_t bytes) { held_bytes_.fetch_sub(bytes, std::memory_order_relaxed); }

  // const bool again = co_await room.Reaches(loop, seen, deadline_ms): true when the store may have
  // room that it had not when made() was `seen`; false at the deadline, monotonic milliseconds.
  Awaiter Reaches(net::Loop& loop, uint64_t seen, int64_t deadline_ms);

  // The store may have room.
  void OnRoom();
  // Forgets the loop's timer; all waits have ended. On that loop.
  void Close(net::Loop& loop);

  int64_t held_bytes() const { return held_bytes_.load(std::memory_order_relaxed); }
  // How many wait. Any thread.
  size_t waiting() const { return waiting_.load(std::memory_order_relaxed); }

 private:
  struct Waiter {
    int64_t deadline_ms = 0;
    std::coroutine_handle<> handle;
    bool* again = nullptr;
  };
  struct LoopState {
    explicit LoopState(net::Loop& l) : loop(l) {}
    net::Loop& loop;
    // The loop's own. All wait equally long from their arrival on: the front's deadline is the
    // first.
    std::deque<Waiter> waiters;
    net::TimerId timer = net::TimerId::kNone;
    bool timer_armed = false;
    std::atomic<bool> waits{false};  // as the store's threads see it
    std::atomic<bool> scheduled{false};
  };

  LoopState& StateOf(net::Loop& loop);
  bool Wait(LoopState& state, uint64_t seen, const Waiter& waiter);
  void Run(LoopState& state);
  void Resume(const Waiter& waiter, bool again);
  void Arm(LoopState& state);
  void Expire(LoopState& state);

  const store::MessageStore& store_;
  const int64_t bytes_max_;
  std::atomic<int64_t> held_bytes_{0};
  std::atomic<size_t> waiting_{0};
  std::vector<std::unique_ptr<LoopState>> loops_;  // const after construction
};

class [[nodiscard]] RoomWaiters::Awaiter {
 public:
  Awaiter(RoomWaiters& waiters, LoopState& loop, uint64_t seen, int64_t deadline_ms)
      : waiters_(waiters), loop_(loop), seen_(seen), deadline_ms_(deadline_ms) {}

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> handle) {
    return waiters_.Wait(loop_, seen_, {deadline_ms_, handle, &again_});
  }
  bool await_resume() const noexcept { return again_; }

 private:
  RoomWaiters& waiters_;
  LoopState& loop_;
  const uint64_t seen_;
  const int64_t deadline_ms_;
  bool again_ = true;
};

}  // namespace pintle::broker
