// Event loops in virtual time: any number of them in one thread, in an order drawn from a seed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "net/loop.h"
#include "net/timer_queue.h"

namespace pintle::net {

// Stands still while loops work and jumps when all of them wait.
class SimClock final : public Clock {
 public:
  int64_t WallMs() const override { return wall_ms_ + now_ns_ / 1'000'000; }
  int64_t MonotonicNs() const override { return now_ns_; }
  void AdvanceTo(int64_t now_ns);
  // The wall clock alone jumps, as when an administrator sets it.
  void JumpWall(int64_t ms) { wall_ms_ += ms; }

 private:
  int64_t wall_ms_ = 1'700'000'000'000;  // when the simulation starts
  int64_t now_ns_ = 0;
};

class SimLoop;

// Owns the loops and the time, and decides who runs next. The same seed and the same calls give the
// same run.
// Threads: one thread, which plays every loop in turn.
class SimScheduler {
 public:
  explicit SimScheduler(uint64_t seed);
  ~SimScheduler();

  // A loop of the machine called `host`.
  SimLoop& AddLoop(std::string host);

  SimClock& clock() { return clock_; }
  Random& random() { return random_; }

  // Runs `work`, on no loop, when that time comes. In order of time, then of calls.
  void At(int64_t due_ns, Work work);

  // Runs one turn of one loop that has something to do; when none has, goes on to the time when
  // something happens. False when nothing is left to happen.
  bool Step();
  // Steps for so much virtual time.
  void RunFor(int64_t ms);
  // Steps until it holds; false when it does not within so much virtual time.
  bool RunUntil(const std::function<bool()>& condition, int64_t within_ms);
  // Drops everything that was to happen.
  void Forget();

 private:
  friend class SimLoop;

  int64_t NextDue() const;
  bool RunTurn();
  void AdvanceTo(int64_t now_ns);

  SimClock clock_;
  Random random_;
  TimerQueue events_;
  std::vector<std::unique_ptr<SimLoop>> loops_;
  std::vector<SimLoop*> ready_;  // its memory is kept from turn to turn
  const SimLoop* running_ = nullptr;
};

class SimLoop final : public Loop {
 public:
  SimLoop(SimScheduler& scheduler, std::string host);

  const std::string& host() const { return host_; }

  void Post(Work work) override { posted_.push_back(std::move(work)); }
  bool InLoop() const override { return scheduler_.running_ == this; }
  void Defer(Work work) override;
  TimerId After(int64_t delay_ms, Work work) override;
  TimerId At(int64_t due_ns, Work work) override;
  void Cancel(TimerId timer) override { timers_.Cancel(timer); }
  const Clock& clock() const override { return scheduler_.clock_; }
  ByteSpan read_buffer() override { return read_buffer_; }
  Histogram& lag() override { return lag_; }

 private:
  friend class SimScheduler;

  bool HasWork() const;
  void RunTurn();
  void RunAll(std::vector<Work>& work);  // what `work` holds now

  SimScheduler& scheduler_;
  const std::string host_;
  std::vector<Work> posted_;
  std::vector<Work> deferred_;
  std::vector<Work> running_;  // its memory is kept from turn to turn
  TimerQueue timers_;
  std::vector<std::byte> read_buffer_;
  Histogram lag_;
};

}  // namespace pintle::net
