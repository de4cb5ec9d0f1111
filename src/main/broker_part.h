// The broker, its store and its ports as a part of this process.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bounded_executor.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/file_system.h"
#include "broker/broker.h"
#include "main/config.h"
#include "net/loop_group.h"
#include "net/server.h"
#include "remoting/remoting_client.h"
#include "remoting/remoting_server.h"
#include "store/message_store.h"

namespace pintle::main {

// Threads: the owner's.
class BrokerPart {
 public:
  // Opens the store (which locks its folder), listens, and begins to register at the name servers
  // of the configuration and at `own_namesrv`. kBusy: another process has the store or an address.
  static Result<std::unique_ptr<BrokerPart>> Start(FileSystem& fs, const Clock& clock,
                                                   BoundedExecutor& pool, net::LoopGroup& loops,
                                                   const Config& config,
                                                   const std::optional<std::string>& own_namesrv);
  ~BrokerPart();

  const net::Endpoint& listening() const { return listening_; }
  broker::Broker& broker() { return *broker_; }
  // Lets answers leave for at most `drain_ms`; the store's last word decides.
  Status Stop(int64_t drain_ms);

 private:
  explicit BrokerPart(net::LoopGroup& loops) : loops_(loops) {}
  Status OpenBroker(FileSystem& fs, const Clock& clock, BoundedExecutor& pool, const Config& config,
                    const std::optional<std::string>& own_namesrv);
  Status Listen(const Config& config);
  Status ListenVip(const Config& config);
  Status SetAddress(const Config& config, const net::Endpoint& listening);

  net::LoopGroup& loops_;
  std::unique_ptr<store::MessageStore> store_;
  std::unique_ptr<remoting::RemotingClient> client_;
  std::unique_ptr<broker::Broker> broker_;
  std::unique_ptr<remoting::DispatchTable> main_table_;
  std::unique_ptr<remoting::DispatchTable> vip_table_;
  std::unique_ptr<remoting::RemotingServer> main_protocol_;
  std::unique_ptr<remoting::RemotingServer> vip_protocol_;
  std::unique_ptr<net::Server> main_listener_;
  std::unique_ptr<net::Server> vip_listener_;
  net::Endpoint listening_;
};

}  // namespace pintle::main
