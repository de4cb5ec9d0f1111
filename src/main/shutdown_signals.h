// SIGTERM and SIGINT, as something to wait for.
#pragma once

#include <csignal>

namespace pintle::main {

// Made before the first thread, which then leaves these signals to Wait(). After Wait() a second
// signal ends the process at once. Threads: the main thread.
class ShutdownSignals {
 public:
  ShutdownSignals();

  // Blocks until one comes; which one.
  int Wait();

 private:
  sigset_t signals_;
};

}  // namespace pintle::main
