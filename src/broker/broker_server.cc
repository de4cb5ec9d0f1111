#include "broker/broker_server.h"

#include "base/log.h"
#include "broker/handlers/handlers.h"

namespace pintle::broker {
namespace {

constexpr uint16_t kVipDistance = 2;  // clients find the VIP port so far below the main one

remoting::RemotingServerOptions Named(remoting::RemotingServerOptions options, std::string name) {
  options.name = std::move(name);
  return options;
}

}  // namespace

BrokerServer::BrokerServer(Broker& broker, net::Transport& transport, remoting::AccessCheck* access,
                           std::vector<net::ProtocolFactory*> others, BrokerServerOptions options)
    : broker_(broker),
      transport_(transport),
      options_(std::move(options)),
      main_table_(remoting::DispatchTable::Of<MainHandlers>(broker)),
      vip_table_(remoting::DispatchTable::Of<VipHandlers>(broker)),
      main_(remoting::RemotingServer::Create(main_table_, access,
                                             Named(options_.remoting, "broker"))),
      vip_(remoting::RemotingServer::Create(vip_table_, access,
                                            Named(options_.remoting, "broker vip"))) {
  for (remoting::RemotingServer* server : {main_.get(), vip_.get()}) {
    server->AddClosedListener([this](const std::shared_ptr<remoting::Session>& session) {
      broker_.OnSessionClosed(*session);
    });
  }
  others.insert(others.begin(), main_.get());
  main_server_ =
      net::Server::Create(transport_, broker_.loops(), std::move(others), options_.server);
}

BrokerServer::~BrokerServer() = default;

Result<net::Endpoint> BrokerServer::Start() {
  PINTLE_ASSIGN(net::Endpoint listening, main_server_->Start());
  if (options_.vip) StartVip(listening);
  return listening;
}

void BrokerServer::StartVip(net::Endpoint main) {
  if (main.port <= kVipDistance) return;
  net::ServerOptions options = options_.server;
  options.listen = main;
  options.listen.port = static_cast<uint16_t>(main.port - kVipDistance);
  auto server = net::Server::Create(transport_, broker_.loops(), {vip_.get()}, options);
  if (const auto started = server->Start(); !started) {
    PINTLE_LOG(kWarn, "broker: the VIP port {} is not served: {}", options.listen.ToString(),
               started.error().message);
    return;
  }
  vip_server_ = std::move(server);
}

void BrokerServer::Stop(int64_t drain_ms) {
  main_->StartDraining();
  vip_->StartDraining();
  if (vip_server_ != nullptr) vip_server_->Stop(drain_ms);
  main_server_->Stop(drain_ms);
}

void BrokerServer::BeginStop(int64_t drain_ms, net::Work done) {
  main_->StartDraining();
  vip_->StartDraining();
  auto stop_main = [this, drain_ms, done = std::move(done)]() mutable {
    main_server_->BeginStop(drain_ms, std::move(done));
  };
  if (vip_server_ != nullptr) {
    vip_server_->BeginStop(drain_ms, std::move(stop_main));
  } else {
    stop_main();
  }
}

size_t BrokerServer::connections() const {
  return main_server_->connections() + (vip_server_ != nullptr ? vip_server_->connections() : 0);
}

}  // namespace pintle::broker
