#include "broker/arrivals.h"

#include <algorithm>

#include "base/check.h"

namespace pintle::broker {
namespace {

// Deadlines are kept to a tick, rounded up: a wait may last that much longer, never shorter.
constexpr int64_t kTickMs = 20;
constexpr int64_t kSlots = 1024;  // about 20 s; a longer wait goes round more than once

size_t HashOf(const void* pointer) {
  // The low bits are the same for all of a size class; spread what is above them.
  const auto bits = reinterpret_cast<uintptr_t>(pointer) >> 4;
  return static_cast<size_t>((bits * 0x9E3779B97F4A7C15ull) >> 32);
}

}  // namespace

// The waiters of some queues, each queue's in a list.
struct alignas(64) Arrivals::Shard {
  Mutex mutex;
  std::unordered_map<const store::ConsumeQueue*, Waiter*> first GUARDED_BY(mutex);

  void Link(Waiter& waiter) REQUIRES(mutex) {
    Waiter*& head = first[waiter.interest.queue];
    waiter.queue_previous = nullptr;
    waiter.queue_next = head;
    if (head != nullptr) head->queue_previous = &waiter;
    head = &waiter;
    waiter.queued = true;
  }

  void Unlink(Waiter& waiter) REQUIRES(mutex) {
    if (waiter.queue_next != nullptr) waiter.queue_next->queue_previous = waiter.queue_previous;
    if (waiter.queue_previous != nullptr) {
      waiter.queue_previous->queue_next = waiter.queue_next;
    } else if (waiter.queue_next != nullptr) {
      first[waiter.interest.queue] = waiter.queue_next;
    } else {
      first.erase(waiter.interest.queue);
    }
    waiter.queued = false;
  }
};

struct Arrivals::LoopState {
  explicit LoopState(net::Loop& l) : loop(l) {}

  net::Loop& loop;

  // The loop's own.
  bool closed = false;
  std::array<Waiter*, kSlots> slots{};  // by deadline tick modulo kSlots
  size_t waiting = 0;
  int64_t done_tick = 0;   // all deadlines up to it have been looked at
  int64_t armed_tick = 0;  // 0: no timer
  net::TimerId timer = net::TimerId::kNone;
  std::unordered_map<uint64_t, Waiter*> owners;
  std::vector<Waiter*> resuming;  // what RunReady() is at; kept for its capacity

  Mutex mutex;
  std::vector<Waiter*> ready GUARDED_BY(mutex);  // taken off their queues, to be resumed

  int64_t NowTick() const { return loop.clock().MonotonicMs() / kTickMs; }

  void Link(Waiter& waiter) {
    Waiter*& head = slots[waiter.deadline_tick % kSlots];
    waiter.time_previous = nullptr;
    waiter.time_next = head;
    if (head != nullptr) head->time_previous = &waiter;
    head = &waiter;

    Waiter*& owned = owners[waiter.interest.owner];
    waiter.owner_previous = nullptr;
    waiter.owner_next = owned;
    if (owned != nullptr) owned->owner_previous = &waiter;
    owned = &waiter;
    ++waiting;
  }

  void Unlink(Waiter& waiter) {
    if (waiter.time_next != nullptr) waiter.time_next->time_previous = waiter.time_previous;
    if (waiter.time_previous != nullptr) {
      waiter.time_previous->time_next = waiter.time_next;
    } else {
      slots[waiter.deadline_tick % kSlots] = waiter.time_next;
    }
    if (waiter.owner_next != nullptr) waiter.owner_next->owner_previous = waiter.owner_previous;
    if (waiter.owner_previous != nullptr) {
      waiter.owner_previous->owner_next = waiter.owner_next;
    } else if (waiter.owner_next != nullptr) {
      owners[waiter.interest.owner] = waiter.owner_next;
    } else {
      owners.erase(waiter.interest.owner);
    }
    --waiting;
  }
};

Arrivals::Arrivals(std::span<net::Loop* const> loops, EndOf end_of, size_t held_max)
    : end_of_(std::move(end_of)),
      held_max_(held_max),
      shards_(std::make_unique<std::array<Shard, kShards>>()) {
  for (net::Loop* loop : loops) loops_.push_back(std::make_unique<LoopState>(*loop));
}

Arrivals::~Arrivals() {
  PINTLE_CHECK(held() == 0, "{} waits have not ended; Close() comes first", held());
}

Arrivals::LoopState& Arrivals::StateOf(net::Loop& loop) {
  for (const auto& state : loops_) {
    if (&state->loop == &loop) return *state;
  }
  PINTLE_CHECK(false, "a loop that is not one of the broker's {}", loops_.size());
}

Arrivals::Shard& Arrivals::ShardOf(const store::ConsumeQueue* queue) {
  return (*shards_)[HashOf(queue) % kShards];
}

std::atomic<uint32_t>& Arrivals::CounterOf(const store::ConsumeQueue* queue) {
  return counters_[HashOf(queue) % kCounters];
}

Arrivals::WaitAwaiter Arrivals::Wait(net::Loop& loop, Interest interest) {
  return {*this, StateOf(loop), interest};
}

bool Arrivals::Hold(Waiter& waiter) {
  LoopState& state = *waiter.loop;
  if (state.closed || held() >= held_max_) {
    waiter.woken = state.closed ? Woken::kClosed : Woken::kFull;
    return false;
  }
  store::ConsumeQueue& queue = *waiter.interest.queue;
  held_.fetch_add(1, std::memory_order_relaxed);
  const int64_t timeout_ms = std::max<int64_t>(waiter.interest.timeout_ms, 0);
  waiter.deadline_tick = (state.loop.clock().MonotonicMs() + timeout_ms) / kTickMs + 1;
  if (state.waiting == 0) state.done_tick = state.NowTick();
  state.Link(waiter);
  {
    Shard& shard = ShardOf(&queue);
    MutexLock lock(shard.mutex);
    shard.Link(waiter);
  }
  CounterOf(&queue).fetch_add(1);
  // Either the appender sees the counter, or we see its message: one of the two orders holds
  // because both sides write before they read, with a full fence between.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (end_of_(queue) > waiter.interest.from && TakeOff(waiter, Woken::kArrived)) {
    Forget(waiter);
    return false;
  }
  if (state.armed_tick == 0 || waiter.deadline_tick < state.armed_tick) Arm(state);
  return true;
}

bool Arrivals::TakeOff(Waiter& waiter, Woken why) {
  Shard& shard = ShardOf(waiter.interest.queue);
  MutexLock lock(shard.mutex);
  if (!waiter.queued) return false;
  shard.Unlink(waiter);
  waiter.woken = why;
  return true;
}

void Arrivals::Forget(Waiter& waiter) {
  CounterOf(waiter.interest.queue).fetch_sub(1, std::memory_order_relaxed);
  waiter.loop->Unlink(waiter);
  held_.fetch_sub(1, std::memory_order_relaxed);
}

void Arrivals::OnReadable(store::ConsumeQueue& queue, QueueOffset offset, int64_t tags_code) {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (CounterOf(&queue).load(std::memory_order_relaxed) == 0) [[likely]]
    return;

  Shard& shard = ShardOf(&queue);
  MutexLock lock(shard.mutex);
  const auto found = shard.first.find(&queue);
  if (found == shard.first.end()) return;
  for (Waiter* waiter = found->second; waiter != nullptr;) {
    Waiter* const next = waiter->queue_next;
    const Interest& interest = waiter->interest;
    const bool passes = offset >= interest.from &&
                        (interest.filter == nullptr || interest.filter->MatchesTagsCode(tags_code));
    if (passes) {
      woken_.fetch_add(1, std::memory_order_relaxed);
      shard.Unlink(*waiter);
      waiter->woken = Woken::kArrived;
      // Its frame may go as soon as its loop can see it there.
      WakeSoon(*waiter->loop, {&waiter, 1});
    }
    waiter = next;
  }
}

void Arrivals::Wake(store::ConsumeQueue& queue) {
  Shard& shard = ShardOf(&queue);
  MutexLock lock(shard.mutex);
  const auto found = shard.first.find(&queue);
  if (found == shard.first.end()) return;
  for (Waiter* waiter = found->second; waiter != nullptr;) {
    Waiter* const next = waiter->queue_next;
    shard.Unlink(*waiter);
    waiter->woken = Woken::kArrived;
    WakeSoon(*waiter->loop, {&waiter, 1});
    waiter = next;
  }
}

void Arrivals::WakeSoon(LoopState& state, std::span<Waiter* const> waiters) {
  bool scheduled = false;
  {
    MutexLock lock(state.mutex);
    scheduled = !state.ready.empty();
    state.ready.insert(state.ready.end(), waiters.begin(), waiters.end());
  }
  if (scheduled) return;
  // On its own loop the answers still leave with this turn's output.
  auto work = [this, &state] { RunReady(state); };
  if (state.loop.InLoop()) {
    state.loop.Defer(std::move(work));
  } else {
    state.loop.Post(std::move(work));
  }
}

void Arrivals::RunReady(LoopState& state) {
  {
    MutexLock lock(state.mutex);
    state.ready.swap(state.resuming);
  }
  for (Waiter* waiter : state.resuming) Forget(*waiter);
  for (Waiter* waiter : state.resuming) waiter->handle.resume();
  state.resuming.clear();
}

void Arrivals::OnOwnerGone(net::Loop& loop, uint64_t owner) {
  LoopState& state = StateOf(loop);
  const auto owned = state.owners.find(owner);
  if (owned == state.owners.end()) return;
  std::vector<Waiter*> gone;
  for (Waiter* waiter = owned->second; waiter != nullptr; waiter = waiter->owner_next) {
    if (TakeOff(*waiter, Woken::kClosed)) gone.push_back(waiter);
  }
  if (!gone.empty()) WakeSoon(state, gone);
}

void Arrivals::Close(net::Loop& loop) {
  LoopState& state = StateOf(loop);
  state.closed = true;
  std::vector<Waiter*> gone;
  for (Waiter* head : state.slots) {
    for (Waiter* waiter = head; waiter != nullptr; waiter = waiter->time_next) {
      if (TakeOff(*waiter, Woken::kClosed)) gone.push_back(waiter);
    }
  }
  if (!gone.empty()) WakeSoon(state, gone);
  if (state.armed_tick != 0) state.loop.Cancel(state.timer);
  state.armed_tick = 0;
}

void Arrivals::Expire(LoopState& state) {
  state.armed_tick = 0;
  const int64_t now = state.NowTick();
  std::vector<Waiter*> late;
  const int64_t first = std::max(state.done_tick + 1, now - kSlots + 1);
  for (int64_t tick = first; tick <= now; ++tick) {
    for (Waiter* waiter = state.slots[tick % kSlots]; waiter != nullptr;
         waiter = waiter->time_next) {
      // One that an append has taken off is about to be resumed by it.
      if (waiter->deadline_tick <= now && TakeOff(*waiter, Woken::kTimeout)) late.push_back(waiter);
    }
  }
  state.done_tick = now;
  for (Waiter* waiter : late) Forget(*waiter);
  if (state.waiting > 0) Arm(state);
  for (Waiter* waiter : late) waiter->handle.resume();
}

void Arrivals::Arm(LoopState& state) {
  if (state.armed_tick != 0) state.loop.Cancel(state.timer);
  // The first slot in use; its waiters may be due only in a later round, which costs one wake-up in
  // 20 s.
  int64_t tick = state.done_tick + 1;
  while (state.slots[tick % kSlots] == nullptr && tick < state.done_tick + kSlots) ++tick;
  state.armed_tick = tick;
  const int64_t delay_ms = tick * kTickMs - state.loop.clock().MonotonicMs();
  state.timer = state.loop.After(std::max<int64_t>(delay_ms, 0), [this, &state] { Expire(state); });
}

}  // namespace pintle::broker
