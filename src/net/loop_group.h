// The process's event loops.
#pragma once

#include <memory>
#include <span>

#include "base/clock.h"
#include "net/loop.h"
#include "net/transport.h"

namespace pintle::net {

// Loops with a thread each, over Boost.Asio. Timers follow the machine's monotonic clock; `clock`
// is what the loops hand out.
// Threads: the owner's; loops() and transport() from any thread.
class LoopGroup {
 public:
  // Stops when it was not stopped.
  virtual ~LoopGroup() = default;
  static std::unique_ptr<LoopGroup> Create(size_t loops, const Clock& clock);
  virtual std::span<Loop* const> loops() = 0;
  // TCP streams on these loops.
  virtual Transport& transport() = 0;
  // Ends the threads when what has been posted is done; timers that are not due are dropped.
  // Nothing may be posted after.
  virtual void Stop() = 0;
};

}  // namespace pintle::net
