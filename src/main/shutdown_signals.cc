#include "main/shutdown_signals.h"

#include <cerrno>

#include "base/check.h"

namespace pintle::main {

ShutdownSignals::ShutdownSignals() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  // A connection that is gone is an error of its write, not the end of the process.
  signal(SIGPIPE, SIG_IGN);
}

int ShutdownSignals::Wait() {
  int signal = 0;
  int error = 0;
  do {
    error = sigwait(&signals_, &signal);
  } while (error == EINTR);
  PINTLE_CHECK(error == 0, "sigwait: {}", error);
  pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
  return signal;
}

}  // namespace pintle::main
