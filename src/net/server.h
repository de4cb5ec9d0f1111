// Listens, spreads connections over loops, keeps count of them, and drains.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/error.h"
#include "net/connection.h"
#include "net/loop.h"
#include "net/transport.h"

namespace pintle::net {

struct ServerOptions {
  Endpoint listen;                  // port 0: the system chooses
  size_t connections_max = 20'000;  // past it accepting pauses
  ConnectionLimits limits;
};

// Threads: Start() and Stop() by the owner, not on a loop; counters from any thread.
class Server {
 public:
  virtual ~Server() = default;

  // `factories` are tried in order and outlive the server.
  static std::unique_ptr<Server> Create(Transport& transport, std::span<Loop* const> loops,
                                        std::vector<ProtocolFactory*> factories,
                                        ServerOptions options);
  virtual Result<Endpoint> Start() = 0;  // where it listens, with the real port
  // Stops accepting, lets output leave for at most `drain_ms`, closes all, returns when they are
  // gone.
  virtual void Stop(int64_t drain_ms) = 0;
  virtual size_t connections() const = 0;
};

// Loops with a thread each, over Boost.Asio.
class LoopGroup {
 public:
  virtual ~LoopGroup() = default;
  static std::unique_ptr<LoopGroup> Create(size_t loops, const Clock& clock);
  virtual std::span<Loop* const> loops() = 0;
  // TCP streams on these loops.
  virtual Transport& transport() = 0;
  // Ends the threads when their work is done; nothing may be posted after.
  virtual void Stop() = 0;
};

}  // namespace pintle::net
