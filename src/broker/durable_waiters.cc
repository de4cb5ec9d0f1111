#include "broker/durable_waiters.h"

#include <algorithm>

#include "base/check.h"

namespace pintle::broker {

DurableWaiters::DurableWaiters(std::span<net::Loop* const> loops, int64_t timeout_ms)
    : timeout_ms_(timeout_ms) {
  for (net::Loop* loop : loops) loops_.push_back(std::make_unique<LoopState>(*loop));
}

DurableWaiters::~DurableWaiters() {
  for (const auto& state : loops_) {
    PINTLE_CHECK(state->waiters.empty(), "{} sends still wait for the disk", state->waiters.size());
  }
}

DurableWaiters::LoopState& DurableWaiters::StateOf(net::Loop& loop) {
  for (const auto& state : loops_) {
    if (&state->loop == &loop) return *state;
  }
  PINTLE_CHECK(false, "a loop that is not one of the broker's {}", loops_.size());
}

DurableWaiters::Awaiter DurableWaiters::Reaches(net::Loop& loop, LogOffset end) {
  return {*this, StateOf(loop), end};
}

bool DurableWaiters::Wait(LoopState& state, const Waiter& waiter) {
  if (failed_.load()) {
    *waiter.reached = Durability::kFailed;
    return false;
  }
  waiting_.fetch_add(1, std::memory_order_relaxed);
  state.waiters.push_back(waiter);
  state.waiters.back().deadline_ms = state.loop.clock().MonotonicMs() + timeout_ms_;
  if (state.waiters.size() == 1) state.front.store(waiter.end.value());
  // Either the flusher sees the new front, or we see its watermark: both write before they read.
  if (durable_.load() >= state.waiters.front().end.value() || failed_.load()) {
    if (!state.scheduled.exchange(true)) state.loop.Defer([this, &state] { Run(state); });
  }
  if (!state.timer_armed) Arm(state);
  return true;
}

void DurableWaiters::OnDurable(LogOffset durable) {
  PINTLE_CHECK(durable.value() >= durable_.load(), "durable goes back from {} to {}",
               durable_.load(), durable);
  durable_.store(durable.value());
  Publish();
}

void DurableWaiters::OnFailed() {
  failed_.store(true);
  Publish();
}

void DurableWaiters::Close(net::Loop& loop) {
  LoopState& state = StateOf(loop);
  if (state.timer_armed) loop.Cancel(state.timer);
  state.timer_armed = false;
}

void DurableWaiters::Publish() {
  const int64_t reached = failed_.load() ? INT64_MAX - 1 : durable_.load();
  for (const auto& state : loops_) {
    if (state->front.load() > reached || state->scheduled.exchange(true)) continue;
    state->loop.Post([this, state = state.get()] { Run(*state); });
  }
}

void DurableWaiters::Run(LoopState& state) {
  // Cleared first: what becomes durable from here on schedules another run.
  state.scheduled.store(false);
  const int64_t durable = durable_.load();
  while (!state.waiters.empty() && state.waiters.front().end.value() <= durable)
    Resume(state, Durability::kDurable);
  if (failed_.load()) {
    while (!state.waiters.empty()) Resume(state, Durability::kFailed);
  }
  state.front.store(state.waiters.empty() ? INT64_MAX : state.waiters.front().end.value());
  const int64_t now_durable = failed_.load() ? INT64_MAX - 1 : durable_.load();
  if (state.front.load() <= now_durable && !state.scheduled.exchange(true))
    state.loop.Defer([this, &state] { Run(state); });
}

void DurableWaiters::Resume(LoopState& state, Durability reached) {
  const Waiter waiter = state.waiters.front();
  state.waiters.pop_front();
  waiting_.fetch_sub(1, std::memory_order_relaxed);
  *waiter.reached = reached;
  waiter.handle.resume();
}

void DurableWaiters::Arm(LoopState& state) {
  state.timer_armed = true;
  const int64_t delay_ms = state.waiters.front().deadline_ms - state.loop.clock().MonotonicMs();
  // Not cancelled when the front is reached: it looks again when it fires, once in `timeout_ms_`.
  state.timer = state.loop.After(std::max<int64_t>(delay_ms, 0), [this, &state] { Expire(state); });
}

void DurableWaiters::Expire(LoopState& state) {
  state.timer_armed = false;
  const int64_t now_ms = state.loop.clock().MonotonicMs();
  while (!state.waiters.empty() && state.waiters.front().deadline_ms <= now_ms)
    Resume(state, Durability::kTimeout);
  state.front.store(state.waiters.empty() ? INT64_MAX : state.waiters.front().end.value());
  if (!state.waiters.empty() && !state.timer_armed) Arm(state);
}

}  // namespace pintle::broker
