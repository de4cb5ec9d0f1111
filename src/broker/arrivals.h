// Those who wait for a queue to grow: pulls, pops and streams that found nothing.
//
// The store tells of each message as it is appended; nobody polls. An append looks at one counter
// when nobody waits on its queue, and at the waiters of its queue alone when somebody does. Each
// waiter is resumed on its own loop, all that are due there by one wake-up.
#pragma once

#include <array>
#include <atomic>
#include <coroutine>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/mutex.h"
#include "model/offsets.h"
#include "net/loop.h"
#include "store/message_store.h"

namespace pintle::broker {

using model::QueueOffset;

enum class Woken : uint8_t {
  kArrived,  // a message that passes the filter's tags is there
  kTimeout,
  kClosed,  // the owner is gone or the broker stops
  kFull,    // not held at all: too many are
};

// Threads: OnReadable() and Wake() from any thread; the rest is for the loops that it was made with, each for
// its own waiters; held() from any thread.
class Arrivals final : public store::AppendObserver {
 public:
  // What a waiter waits for. The filter (nullptr: every message) is borrowed until it is resumed.
  struct Interest {
    store::ConsumeQueue* queue = nullptr;
    QueueOffset from;  // a message at this offset or after it
    const store::MessageFilter* filter = nullptr;
    int64_t timeout_ms = 0;
    uint64_t owner = 0;  // whose disappearance ends the wait: a session's id
  };
  class WaitAwaiter;
  // One past the last offset of a queue; any thread.
  using EndOf = std::function<QueueOffset(store::ConsumeQueue&)>;

  Arrivals(std::span<net::Loop* const> loops, EndOf end_of, size_t held_max);
  ~Arrivals() override;
  Arrivals(const Arrivals&) = delete;
  Arrivals& operator=(const Arrivals&) = delete;

  // Woken woken = co_await arrivals.Wait(loop, interest): on `loop`, which is the caller's. A
  // message that was appended before this call, but after the caller looked, wakes it too.
  WaitAwaiter Wait(net::Loop& loop, Interest interest);

  void OnReadable(store::ConsumeQueue& queue, QueueOffset offset, int64_t tags_code) override;
  // Ends the waits on the queue, whatever is there, as if a message had come. Any thread.
  void Wake(store::ConsumeQueue& queue);
  // Ends the waits of `owner` with kClosed. On the loop of its waits.
  void OnOwnerGone(net::Loop& loop, uint64_t owner);
  // Ends all waits on `loop` with kClosed; later ones end at once. On that loop.
  void Close(net::Loop& loop);

  size_t held() const { return held_.load(std::memory_order_relaxed); }
  // How many waits messages have ended so far.
  size_t woken() const { return woken_.load(std::memory_order_relaxed); }

 private:
  struct Waiter;
  struct Shard;
  struct LoopState;

  static constexpr size_t kShards = 64;
  static constexpr size_t kCounters = 1024;

  LoopState& StateOf(net::Loop& loop);
  Shard& ShardOf(const store::ConsumeQueue* queue);
  std::atomic<uint32_t>& CounterOf(const store::ConsumeQueue* queue);
  // True when the waiter stays suspended.
  bool Hold(Waiter& waiter);
  // Takes the waiter off its queue; false when an append has already done so.
  bool TakeOff(Waiter& waiter, Woken why);
  void Forget(Waiter& waiter);
  void WakeSoon(LoopState& state, std::span<Waiter* const> waiters);
  void RunReady(LoopState& state);
  void Expire(LoopState& state);
  void Arm(LoopState& state);

  const EndOf end_of_;
  const size_t held_max_;
  std::atomic<size_t> held_{0};
  std::atomic<size_t> woken_{0};
  // Waiters by a hash of their queue: what an append looks at first.
  std::array<std::atomic<uint32_t>, kCounters> counters_{};
  std::unique_ptr<std::array<Shard, kShards>> shards_;
  std::vector<std::unique_ptr<LoopState>> loops_;  // const after construction
};

// Lives in the waiting coroutine's frame and is linked from there, so that a wait allocates nothing
// of its own.
struct Arrivals::Waiter {
  Interest interest;
  LoopState* loop = nullptr;
  std::coroutine_handle<> handle;
  Woken woken = Woken::kTimeout;

  // Guarded by the shard's mutex.
  bool queued = false;
  Waiter* queue_previous = nullptr;
  Waiter* queue_next = nullptr;

  // The loop's own.
  int64_t deadline_tick = 0;
  Waiter* time_previous = nullptr;
  Waiter* time_next = nullptr;
  Waiter* owner_previous = nullptr;
  Waiter* owner_next = nullptr;
};

class [[nodiscard]] Arrivals::WaitAwaiter {
 public:
  WaitAwaiter(Arrivals& arrivals, LoopState& loop, const Interest& interest) : arrivals_(arrivals) {
    waiter_.interest = interest;
    waiter_.loop = &loop;
  }
  WaitAwaiter(const WaitAwaiter&) = delete;
  WaitAwaiter& operator=(const WaitAwaiter&) = delete;

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> handle) {
    waiter_.handle = handle;
    return arrivals_.Hold(waiter_);
  }
  Woken await_resume() const noexcept { return waiter_.woken; }

 private:
  Arrivals& arrivals_;
  Waiter waiter_;
};

}  // namespace pintle::broker
