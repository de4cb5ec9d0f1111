// A loop without a thread, whose time stands still until a test moves it.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <vector>

#include "base/clock.h"
#include "base/histogram.h"
#include "base/mutex.h"
#include "net/loop.h"

namespace pintle::broker {

// Threads: Post() from any thread; the rest by the test's.
class ManualLoop final : public net::Loop {
 public:
  explicit ManualLoop(ManualClock& clock) : clock_(clock), read_buffer_(64 << 10) {}

  void Post(net::Work work) override;
  // True between Enter() and Leave(), and in what Run() runs.
  bool InLoop() const override { return inside_; }
  void Defer(net::Work work) override { deferred_.push_back(std::move(work)); }
  net::TimerId After(int64_t delay_ms, net::Work work) override;
  void Cancel(net::TimerId timer) override;
  const Clock& clock() const override { return clock_; }
  ByteSpan read_buffer() override { return read_buffer_; }
  Histogram& lag() override { return lag_; }

  // Runs what is posted, deferred and due, and what comes of it, until there is nothing. Returns
  // how much ran.
  int Run();
  // Moves time in steps to each timer that becomes due, and runs.
  void Advance(int64_t ms);
  size_t timers() const { return timers_.size(); }

  // Starts the task as on this loop.
  void Start(net::Task<void> task);

 private:
  struct Timer {
    int64_t due_ms = 0;
    net::Work work;
  };
  bool RunOne();

  ManualClock& clock_;
  std::vector<std::byte> read_buffer_;
  Histogram lag_;
  std::atomic<bool> inside_{false};
  uint64_t next_timer_ = 1;
  std::map<uint64_t, Timer> timers_;
  std::deque<net::Work> deferred_;
  Mutex mutex_;
  std::deque<net::Work> posted_ GUARDED_BY(mutex_);
};

}  // namespace pintle::broker
