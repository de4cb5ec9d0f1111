#include "broker/room_waiters.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace pintle::broker {

RoomWaiters::RoomWaiters(std::span<net::Loop* const> loops, const store::MessageStore& store,
                         int64_t bytes_max)
    : store_(store), bytes_max_(bytes_max) {
  for (net::Loop* loop : loops) loops_.push_back(std::make_unique<LoopState>(*loop));
}

RoomWaiters::~RoomWaiters() {
  for (const auto& state : loops_) {
    PINTLE_CHECK(state->waiters.empty(), "{} sends still wait for room", state->waiters.size());
  }
}

RoomWaiters::LoopState& RoomWaiters::StateOf(net::Loop& loop) {
  for (const auto& state : loops_) {
    if (&state->loop == &loop) return *state;
  }
  PINTLE_CHECK(false, "a loop that is not one of the broker's {}", loops_.size());
}

bool RoomWaiters::Hold(int64_t bytes) {
  if (held_bytes_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= bytes_max_) return true;
  Release(bytes);
  return false;
}

RoomWaiters::Awaiter RoomWaiters::Reaches(net::Loop& loop, uint64_t seen, int64_t deadline_ms) {
  return {*this, StateOf(loop), seen, deadline_ms};
}

bool RoomWaiters::Wait(LoopState& state, uint64_t seen, const Waiter& waiter) {
  if (state.loop.clock().MonotonicMs() >= waiter.deadline_ms) {
    *waiter.again = false;
    return false;
  }
  waiting_.fetch_add(1, std::memory_order_relaxed);
  state.waiters.push_back(waiter);
  state.waits.store(true);
  // Either the store sees that somebody waits, or we see that it made room: both write first.
  if (made() != seen && !state.scheduled.exchange(true))
    state.loop.Defer([this, &state] { Run(state); });
  if (!state.timer_armed) Arm(state);
  return true;
}

void RoomWaiters::OnRoom() {
  for (const auto& state : loops_) {
    if (!state->waits.load() || state->scheduled.exchange(true)) continue;
    state->loop.Post([this, state = state.get()] { Run(*state); });
  }
}

void RoomWaiters::Run(LoopState& state) {
  state.scheduled.store(false);
  std::deque<Waiter> before = std::exchange(state.waiters, {});
  while (!before.empty()) {
    const Waiter first = before.front();
    before.pop_front();
    Resume(first, true);
    // It found no room and waits again: then there is none for those behind it either.
    if (!state.waiters.empty()) break;
  }
  state.waiters.insert(state.waiters.end(), before.begin(), before.end());
  state.waits.store(!state.waiters.empty());
}

void RoomWaiters::Resume(const Waiter& waiter, bool again) {
  waiting_.fetch_sub(1, std::memory_order_relaxed);
  *waiter.again = again;
  waiter.handle.resume();
}

void RoomWaiters::Arm(LoopState& state) {
  state.timer_armed = true;
  const int64_t delay_ms = state.waiters.front().deadline_ms - state.loop.clock().MonotonicMs();
  // Not cancelled when the front is resumed: it looks again when it fires.
  state.timer = state.loop.After(std::max<int64_t>(delay_ms, 0), [this, &state] { Expire(state); });
}

void RoomWaiters::Expire(LoopState& state) {
  state.timer_armed = false;
  const int64_t now_ms = state.loop.clock().MonotonicMs();
  while (!state.waiters.empty() && state.waiters.front().deadline_ms <= now_ms) {
    const Waiter waiter = state.waiters.front();
    state.waiters.pop_front();
    Resume(waiter, false);
  }
  state.waits.store(!state.waiters.empty());
  if (!state.waiters.empty() && !state.timer_armed) Arm(state);
}

void RoomWaiters::Close(net::Loop& loop) {
  LoopState& state = StateOf(loop);
  if (state.timer_armed) loop.Cancel(state.timer);
  state.timer_armed = false;
}

}  // namespace pintle::broker
