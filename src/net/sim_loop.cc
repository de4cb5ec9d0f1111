#include "net/sim_loop.h"

#include <algorithm>
#include <utility>

namespace pintle::net {

namespace {

// Small, so that requests cross reads often.
constexpr size_t kReadBufferBytes = 8 << 10;

}  // namespace

void SimClock::AdvanceTo(int64_t now_ns) {
  PINTLE_CHECK(now_ns >= now_ns_, "time goes back: {} -> {}", now_ns_, now_ns);
  now_ns_ = now_ns;
}

SimScheduler::SimScheduler(uint64_t seed) : random_(seed) {}

SimScheduler::~SimScheduler() = default;

SimLoop& SimScheduler::AddLoop(std::string host) {
  return *loops_.emplace_back(std::make_unique<SimLoop>(*this, std::move(host)));
}

void SimScheduler::At(int64_t due_ns, Work work) { events_.Add(due_ns, std::move(work)); }

int64_t SimScheduler::NextDue() const {
  int64_t due = events_.NextDue();
  for (const auto& loop : loops_) {
    due = std::min(due, loop->HasWork() ? clock_.MonotonicNs() : loop->timers_.NextDue());
  }
  return due;
}

// A turn of a loop drawn from those that have something to do.
bool SimScheduler::RunTurn() {
  ready_.clear();
  for (const auto& loop : loops_) {
    if (loop->HasWork()) ready_.push_back(loop.get());
  }
  if (ready_.empty()) return false;
  SimLoop* const chosen = ready_[random_.Below(ready_.size())];
  running_ = chosen;
  chosen->RunTurn();
  running_ = nullptr;
  return true;
}

void SimScheduler::AdvanceTo(int64_t now_ns) {
  clock_.AdvanceTo(std::max(now_ns, clock_.MonotonicNs()));
}

bool SimScheduler::Step() {
  if (events_.NextDue() <= clock_.MonotonicNs()) {
    events_.Pop()();
    return true;
  }
  if (RunTurn()) return true;
  const int64_t due = NextDue();
  if (due == TimerQueue::kNever) return false;
  AdvanceTo(due);
  return true;
}

void SimScheduler::RunFor(int64_t ms) {
  RunUntil([] { return false; }, ms);
}

bool SimScheduler::RunUntil(const std::function<bool()>& condition, int64_t within_ms) {
  const int64_t deadline_ns = clock_.MonotonicNs() + within_ms * 1'000'000;
  while (!condition()) {
    if (NextDue() > deadline_ns) {
      AdvanceTo(deadline_ns);
      return false;
    }
    Step();
  }
  return true;
}

void SimScheduler::Forget() {
  // What is dropped may post once more while it is destroyed.
  for (bool found = true; found;) {
    found = events_.size() > 0;
    TimerQueue dropped = std::exchange(events_, {});
    for (const auto& loop : loops_) {
      found = found || !loop->posted_.empty() || loop->timers_.size() > 0;
      const auto posted = std::exchange(loop->posted_, {});
      const auto deferred = std::exchange(loop->deferred_, {});
      const auto timers = std::exchange(loop->timers_, {});
    }
  }
}

SimLoop::SimLoop(SimScheduler& scheduler, std::string host)
    : scheduler_(scheduler), host_(std::move(host)), read_buffer_(kReadBufferBytes) {}

void SimLoop::Defer(Work work) {
  PINTLE_CHECK(InLoop(), "deferred from a foreign loop");
  deferred_.push_back(std::move(work));
}

TimerId SimLoop::After(int64_t delay_ms, Work work) {
  const int64_t delay_ns = std::max<int64_t>(delay_ms, 0) * 1'000'000;
  return At(scheduler_.clock_.MonotonicNs() + delay_ns, std::move(work));
}

TimerId SimLoop::At(int64_t due_ns, Work work) {
  PINTLE_CHECK(InLoop(), "a timer is set from a foreign loop");
  return timers_.Add(due_ns, std::move(work));
}

bool SimLoop::HasWork() const {
  return !posted_.empty() || timers_.NextDue() <= scheduler_.clock_.MonotonicNs();
}

void SimLoop::RunTurn() {
  const int64_t now_ns = scheduler_.clock_.MonotonicNs();
  RunAll(posted_);
  // Timers set meanwhile without delay belong to the next turn, or this one would not end.
  for (size_t left = timers_.size(); left > 0 && timers_.NextDue() <= now_ns; --left) {
    timers_.Pop()();
  }
  while (!deferred_.empty()) RunAll(deferred_);
}

void SimLoop::RunAll(std::vector<Work>& work) {
  running_.swap(work);
  for (Work& one : running_) one();
  running_.clear();
}

}  // namespace pintle::net
