// An event loop: one thread's queue of work, timers and (below the seam) sockets.
//
// A turn is: everything that is ready is handled, then everything given to Defer() runs, output
// that gathered meanwhile among it. Only then does the loop look for what became ready next.
#pragma once

#include <cstdint>
#include <functional>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/histogram.h"
#include "net/task.h"

namespace pintle::net {

using Work = std::move_only_function<void()>;

enum class TimerId : uint64_t { kNone = 0 };

class Loop {
 public:
  virtual ~Loop() = default;

  // Runs `work` on the loop soon, in the order posted. Any thread.
  virtual void Post(Work work) = 0;
  // True on the loop's thread. Any thread.
  virtual bool InLoop() const = 0;

  // The rest is for the loop's own thread.

  // Runs `work` at the end of the current turn.
  virtual void Defer(Work work) = 0;
  virtual TimerId After(int64_t delay_ms, Work work) = 0;
  // At a time of the monotonic clock, for what needs finer steps than After(); a loop that has none
  // runs it up to a millisecond later.
  virtual TimerId At(int64_t due_ns, Work work);
  // Harmless when it has run.
  virtual void Cancel(TimerId timer) = 0;
  virtual const Clock& clock() const = 0;

  // Memory to read into, shared by everything on the loop: what it holds is lost when the reader
  // returns.
  virtual ByteSpan read_buffer() = 0;
  // Nanoseconds by which timers and posts ran late: how long the loop was busy with others.
  virtual Histogram& lag() = 0;

  // Starts `task` now, on this loop; its frame is freed when it ends. It must end by itself before
  // the loop does.
  void Spawn(Task<void> task);
};

// co_await Sleep(loop, 100): resumes on `loop` after the delay.
Task<void> Sleep(Loop& loop, int64_t delay_ms);
// co_await SwitchTo(loop): goes on on `loop`'s thread.
Task<void> SwitchTo(Loop& loop);

}  // namespace pintle::net
