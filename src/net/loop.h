// An event loop: one thread's queue of work, timers and (below the seam) sockets.
//
// A turn is: what became ready is handled, then everything given to Defer() runs, then output that
// gathered meanwhile is written.
#pragma once

#include <cstdint>
#include <functional>

#include "base/clock.h"
#include "net/task.h"

namespace pintle::net {

using Work = std::move_only_function<void()>;

enum class TimerId : uint64_t { kNone = 0 };

class Loop {
 public:
  virtual ~Loop() = default;

  // Runs `work` on the loop soon. Any thread.
  virtual void Post(Work work) = 0;
  // True on the loop's thread. Any thread.
  virtual bool InLoop() const = 0;

  // The rest is for the loop's own thread.

  // Runs `work` at the end of the current turn.
  virtual void Defer(Work work) = 0;
  virtual TimerId After(int64_t delay_ms, Work work) = 0;
  // Harmless when it has run.
  virtual void Cancel(TimerId timer) = 0;
  virtual const Clock& clock() const = 0;

  // Starts `task` now, on this loop; its frame is freed when it ends. It must end by itself before
  // the loop does.
  void Spawn(Task<void> task);
};

// co_await Sleep(loop, 100): resumes on `loop` after the delay.
Task<void> Sleep(Loop& loop, int64_t delay_ms);
// co_await SwitchTo(loop): goes on on `loop`'s thread.
Task<void> SwitchTo(Loop& loop);

}  // namespace pintle::net
