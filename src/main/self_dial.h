// Whether the address that clients are told leads back to this process.
#pragma once

#include <future>
#include <memory>

#include "net/endpoint.h"
#include "net/loop.h"
#include "net/transport.h"

namespace pintle::main {

// Connects once, without keeping anybody waiting, and warns with the remedy when nobody answers.
// Behind a port mapping that is possible although clients get through, so it is no error.
// Threads: the owner's; destroyed while the loop still runs.
class SelfDial {
 public:
  SelfDial(net::Loop& loop, net::Transport& transport, net::Endpoint advertised);
  // Waits for the attempt, a second at most.
  ~SelfDial();
  SelfDial(const SelfDial&) = delete;
  SelfDial& operator=(const SelfDial&) = delete;

 private:
  static net::Task<void> Dial(net::Loop* loop, net::Transport* transport, net::Endpoint advertised,
                              std::promise<void>* ended);

  std::promise<void> ended_;
};

}  // namespace pintle::main
