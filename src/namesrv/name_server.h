// A name server: its tables, its handlers on a port, its watch over brokers.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "base/bounded_executor.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/file_system.h"
#include "namesrv/kv_config.h"
#include "namesrv/name_server_options.h"
#include "namesrv/route_bodies.h"
#include "namesrv/route_table.h"
#include "namesrv/settings.h"
#include "net/loop.h"
#include "remoting/dispatch.h"
#include "remoting/remoting_server.h"

namespace pintle::namesrv {

// Threads: Open(), Start() and Stop() by the owner, not on a loop; the tables from any thread.
class NameServer {
 public:
  // Reads the key-value table. `clock`, `pool` and `loop` (which scans for dead brokers) outlive
  // it.
  static Result<std::unique_ptr<NameServer>> Open(FileSystem& fs, const Clock& clock,
                                                  BoundedExecutor& pool, net::Loop& loop,
                                                  NameServerOptions options);
  ~NameServer();

  // What its port speaks; for net::Server. Start() before it and Stop() after it.
  remoting::RemotingServer& protocol() { return *protocol_; }

  // Begins to look for dead brokers.
  void Start();
  void Stop();

  // For handlers.
  const Clock& clock() const { return clock_; }
  BoundedExecutor& pool() { return pool_; }
  RouteTable& routes() { return routes_; }
  RouteBodies& route_bodies() { return route_bodies_; }
  KvConfig& kv() { return *kv_; }
  Settings& settings() { return settings_; }
  // False during the pause after the start in which brokers register.
  bool TellsRoutes() const;

 private:
  class Scan;

  NameServer(const Clock& clock, BoundedExecutor& pool, net::Loop& loop,
             const NameServerOptions& options, std::unique_ptr<KvConfig> kv);
  void ExpireBrokers();

  const Clock& clock_;
  BoundedExecutor& pool_;
  const NameServerOptions options_;
  const int64_t started_ms_;
  Settings settings_;
  RouteTable routes_;
  std::unique_ptr<KvConfig> kv_;
  RouteBodies route_bodies_;
  remoting::DispatchTable table_;
  std::unique_ptr<remoting::RemotingServer> protocol_;
  std::shared_ptr<Scan> scan_;
};

}  // namespace pintle::namesrv
