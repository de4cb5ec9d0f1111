// The ports that a broker serves: the main one, and two below it the one that RocketMQ calls VIP.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/error.h"
#include "broker/broker.h"
#include "net/server.h"
#include "net/transport.h"
#include "remoting/dispatch.h"
#include "remoting/remoting_server.h"

namespace pintle::broker {

struct BrokerServerOptions {
  net::ServerOptions server;  // its `listen` is the main port's
  bool vip = true;
  remoting::RemotingServerOptions remoting;
};

// Threads: the owner's, not on a loop.
class BrokerServer {
 public:
  // Borrows everything; `access` may be null. `others` are protocols that are spoken on the main
  // port beside remoting, tried after it.
  BrokerServer(Broker& broker, net::Transport& transport, remoting::AccessCheck* access,
               std::vector<net::ProtocolFactory*> others, BrokerServerOptions options);
  ~BrokerServer();

  // Where it listens, with the real port. The VIP port is served when it can be bound; that it
  // cannot is told in the log and is no error, as no client needs it.
  Result<net::Endpoint> Start();
  // Stops accepting, lets requests end for at most `drain_ms`, closes all.
  void Stop(int64_t drain_ms);
  // The same without waiting: `done` runs on the first loop when all are gone.
  void BeginStop(int64_t drain_ms, net::Work done);

  size_t connections() const;
  remoting::RemotingServer& main() { return *main_; }

 private:
  void StartVip(net::Endpoint main);

  Broker& broker_;
  net::Transport& transport_;
  const BrokerServerOptions options_;
  const remoting::DispatchTable main_table_;
  const remoting::DispatchTable vip_table_;
  std::unique_ptr<remoting::RemotingServer> main_;
  std::unique_ptr<remoting::RemotingServer> vip_;
  std::unique_ptr<net::Server> main_server_;
  std::unique_ptr<net::Server> vip_server_;
};

}  // namespace pintle::broker
