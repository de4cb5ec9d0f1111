// Listens, spreads connections over loops, keeps count of them, and drains.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/error.h"
#include "net/connection.h"
#include "net/loop.h"
#include "net/loop_group.h"
#include "net/transport.h"

namespace pintle::net {

struct ServerOptions {
  Endpoint listen;                  // port 0: the system chooses
  size_t connections_max = 20'000;  // past it accepting pauses
  ConnectionLimits limits;
};

// Threads: Start(), Stop() and the destructor by the owner, not on a loop; the rest from any
// thread.
class Server {
 public:
  // Stops at once when it was not stopped.
  virtual ~Server() = default;

  // `factories` are tried in order and outlive the server, as do `transport` and `loops`. The first
  // loop listens; a connection goes to the loop that has the fewest.
  static std::unique_ptr<Server> Create(Transport& transport, std::span<Loop* const> loops,
                                        std::vector<ProtocolFactory*> factories,
                                        ServerOptions options);
  virtual Result<Endpoint> Start() = 0;  // where it listens, with the real port
  // Stops accepting and reading, lets requests end and output leave for at most `drain_ms`, closes
  // all, returns when they are gone.
  virtual void Stop(int64_t drain_ms) = 0;
  // The same without waiting: `done` runs on the first loop when all are gone.
  virtual void BeginStop(int64_t drain_ms, Work done) = 0;
  virtual size_t connections() const = 0;
};

}  // namespace pintle::net
