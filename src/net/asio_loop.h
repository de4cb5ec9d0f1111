// An event loop over Boost.Asio. Private to net/ and to who makes loops.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <vector>

#include "base/mutex.h"
#include "net/handler_memory.h"
#include "net/loop.h"
#include "net/timer_queue.h"

namespace pintle::net {

// How a turn ends: Asio queues what one look at the sockets found, handles it, and only then looks
// again. The first Defer() of a turn posts the end of the turn behind all of that, so it runs after
// every handler of the turn. Between the two Asio looks at the sockets once more, without waiting:
// under load that is the look that starts the next turn, and costs nothing more.
//
// Work that was posted is one handler: a storm of posts from other threads wakes the loop once.
//
// Threads: Run() by one thread, the loop's; RequestStop() and what Loop says from any thread.
class AsioLoop final : public Loop {
 public:
  explicit AsioLoop(const Clock& clock);
  ~AsioLoop() override;

  // Runs until RequestStop().
  void Run();
  // Ends Run() when what has been posted before is done.
  void RequestStop();

  void Post(Work work) override;
  bool InLoop() const override;
  void Defer(Work work) override;
  TimerId After(int64_t delay_ms, Work work) override;
  TimerId At(int64_t due_ns, Work work) override;
  void Cancel(TimerId timer) override;
  const Clock& clock() const override { return clock_; }
  ByteSpan read_buffer() override;
  Histogram& lag() override { return lag_; }

  boost::asio::io_context& io() { return io_; }

 private:
  struct Posted {
    Work work;
    int64_t posted_ns;
  };

  void RunPosted();
  void ScheduleTurnEnd();
  void EndTurn();
  void ArmTimer(int64_t due_ns);
  void RunTimers();

  const Clock& clock_;
  // Before io_: operations that never ran are given back when it is destroyed.
  HandlerMemory wake_memory_;
  HandlerMemory turn_end_memory_;
  HandlerMemory timer_memory_;
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> running_;

  Mutex posted_mutex_;
  std::vector<Posted> posted_ GUARDED_BY(posted_mutex_);
  bool wake_pending_ GUARDED_BY(posted_mutex_) = false;

  // The loop's own thread from here on.
  std::vector<Posted> posted_now_;
  std::vector<Work> deferred_;
  std::vector<Work> deferred_now_;
  bool turn_end_pending_ = false;

  TimerQueue timers_;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                    boost::asio::wait_traits<std::chrono::steady_clock>,
                                    boost::asio::io_context::executor_type>
      timer_;
  int64_t armed_ns_ = TimerQueue::kNever;  // when timer_ fires

  std::unique_ptr<std::byte[]> read_buffer_;
  Histogram lag_;
};

}  // namespace pintle::net
