// What a listening port speaks: makes a session of each connection and runs its requests through a
// dispatch table.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/histogram.h"
#include "net/protocol.h"
#include "remoting/dispatch.h"
#include "remoting/session.h"

namespace pintle::remoting {

struct RemotingServerOptions {
  std::string name = "remoting";  // in log lines
  // Requests of one session whose handlers are suspended (held pulls count). Past it the session
  // takes no further input until one of them ends.
  size_t in_flight_max = 65'536;
  // Requests that we sent to one client and that it has not answered. Past it Invoke() is
  // kOverloaded.
  size_t invokes_max = 1'024;
  // When handlers that do not wait take longer, for the requests of one read together, it is logged.
  int64_t slow_ms = 1'000;
};

// What a code cost since the start, over all loops.
struct CodeStats {
  int32_t code = 0;
  int64_t requests = 0;
  int64_t errors = 0;    // answers with SYSTEM_ERROR or SYSTEM_BUSY
  Histogram latency_ns;  // receipt to answer; what handlers wait for included
};

// Threads: Create() from each loop; Stats() from any loop; the rest before the first connection.
class RemotingServer : public net::ProtocolFactory {
 public:
  // `table` outlives the server; so does `access`, which may be null: everything is allowed.
  static std::unique_ptr<RemotingServer> Create(const DispatchTable& table, AccessCheck* access,
                                                RemotingServerOptions options);

  // Told on its loop, once, when a session is gone. Before the first connection.
  virtual void AddClosedListener(std::function<void(const std::shared_ptr<Session>&)> listener) = 0;

  // Counts of all loops; goes to each of them and comes back to `caller`. Codes without a handler
  // are counted together as code -1.
  virtual net::Task<std::vector<CodeStats>> Stats(net::Loop& caller) = 0;

  // From now on clients that understand it (newer than V5_3_1) are told to go away: they send the
  // request to another broker. Any thread.
  virtual void StartDraining() = 0;
};

}  // namespace pintle::remoting
