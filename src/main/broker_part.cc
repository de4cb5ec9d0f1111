#include "main/broker_part.h"

#include <future>
#include <utility>

#include "base/log.h"
#include "broker/handlers/handlers.h"
#include "main/remedies.h"
#include "net/local_address.h"

namespace pintle::main {

namespace {

// Clients with VIP channels subtract it from the port that they are told.
constexpr uint16_t kVipBelow = 2;

// Runs `step` on the loop and returns when it has ended.
template <typename Step>
void RunOn(net::Loop& loop, Step step) {
  std::promise<void> done;
  loop.Post([&] {
    step();
    done.set_value();
  });
  done.get_future().wait();
}

net::Task<void> StopBroker(broker::Broker* broker, std::promise<void>* done) {
  co_await broker->Stop();
  done->set_value();
}

}  // namespace

Result<std::unique_ptr<BrokerPart>> BrokerPart::Start(
    FileSystem& fs, const Clock& clock, BoundedExecutor& pool, net::LoopGroup& loops,
    const Config& config, const std::optional<std::string>& own_namesrv) {
  std::unique_ptr<BrokerPart> part(new BrokerPart(loops));
  PINTLE_TRY(part->OpenBroker(fs, clock, pool, config, own_namesrv));
  PINTLE_TRY(part->Listen(config));
  if (config.broker_vip) PINTLE_TRY(part->ListenVip(config));
  RunOn(*loops.loops().front(), [&] { part->broker_->Start(); });
  return part;
}

Status BrokerPart::OpenBroker(FileSystem& fs, const Clock& clock, BoundedExecutor& pool,
                              const Config& config, const std::optional<std::string>& own_namesrv) {
  auto store = store::MessageStore::Open(fs, clock, config.store);
  PINTLE_TRY(ExplainData(config.store.path, store));
  store_ = *std::move(store);

  broker::BrokerOptions options = config.broker;
  if (own_namesrv) options.name_servers.insert(options.name_servers.begin(), *own_namesrv);
  client_ = remoting::RemotingClient::Create(*loops_.loops().front(), loops_.transport(), {});
  auto broker = broker::Broker::Open({.fs = fs,
                                      .clock = clock,
                                      .store = *store_,
                                      .loops = loops_.loops(),
                                      .executor = pool,
                                      .config_folder = JoinPath(config.store.path, "config"),
                                      .client = client_.get()},
                                     std::move(options));
  PINTLE_TRY(ExplainData(config.store.path, broker));
  broker_ = *std::move(broker);
  return {};
}

Status BrokerPart::Listen(const Config& config) {
  main_table_ = std::make_unique<remoting::DispatchTable>(
      remoting::DispatchTable::Of<broker::MainHandlers>(*broker_));
  main_protocol_ = remoting::RemotingServer::Create(
      *main_table_, nullptr,
      {.name = "broker", .in_flight_max = static_cast<size_t>(config.requests_in_flight_max)});
  main_protocol_->AddClosedListener([this](const std::shared_ptr<remoting::Session>& session) {
    broker_->OnSessionClosed(*session);
  });
  // Requests may come as soon as it listens, and answers name the address: it is set before, unless
  // the system chooses the port, which nobody knows before.
  const bool known = config.broker_listen.port != 0;
  if (known) PINTLE_TRY(SetAddress(config, config.broker_listen));
  main_listener_ =
      net::Server::Create(loops_.transport(), loops_.loops(), {main_protocol_.get()},
                          {.listen = config.broker_listen,
                           .connections_max = static_cast<size_t>(config.connections_max),
                           .limits = config.connection});
  auto listening = main_listener_->Start();
  PINTLE_TRY(ExplainListen("broker.listen", listening));
  listening_ = *std::move(listening);
  if (!known) PINTLE_TRY(SetAddress(config, listening_));
  return {};
}

Status BrokerPart::SetAddress(const Config& config, const net::Endpoint& listening) {
  PINTLE_ASSIGN(broker::Address address,
                broker::ChooseAddress(listening, config.broker_advertise, net::LocalAddresses()));
  broker_->SetAddress(std::move(address));
  return {};
}

Status BrokerPart::ListenVip(const Config& config) {
  if (listening_.port <= kVipBelow) return {};
  vip_table_ = std::make_unique<remoting::DispatchTable>(
      remoting::DispatchTable::Of<broker::VipHandlers>(*broker_));
  vip_protocol_ = remoting::RemotingServer::Create(
      *vip_table_, nullptr,
      {.name = "broker vip", .in_flight_max = static_cast<size_t>(config.requests_in_flight_max)});
  vip_protocol_->AddClosedListener([this](const std::shared_ptr<remoting::Session>& session) {
    broker_->OnSessionClosed(*session);
  });
  net::Endpoint at{.host = config.broker_listen.host,
                   .port = static_cast<uint16_t>(listening_.port - kVipBelow)};
  vip_listener_ =
      net::Server::Create(loops_.transport(), loops_.loops(), {vip_protocol_.get()},
                          {.listen = at,
                           .connections_max = static_cast<size_t>(config.connections_max),
                           .limits = config.connection});
  const auto listening = vip_listener_->Start();
  if (listening) return {};
  if (config.broker_listen.port == 0) {
    // The system chose the port, so whoever has the one two below was there first.
    PINTLE_LOG(kInfo, "broker: no VIP port: {}", listening.error().message);
    vip_listener_.reset();
    return {};
  }
  return Fail(listening.error().code,
              "{}; the broker also listens two ports below broker.listen: stop the process that "
              "listens there, or do without with --set broker.vip=false",
              listening.error().message);
}

BrokerPart::~BrokerPart() { (void)Stop(0); }

Status BrokerPart::Stop(int64_t drain_ms) {
  net::Loop& first = *loops_.loops().front();
  for (remoting::RemotingServer* protocol : {main_protocol_.get(), vip_protocol_.get()})
    if (protocol != nullptr) protocol->StartDraining();
  if (broker_ != nullptr) {
    std::promise<void> stopped;
    first.Post([&] { first.Spawn(StopBroker(broker_.get(), &stopped)); });
    stopped.get_future().wait();
  }
  for (auto* listener : {&vip_listener_, &main_listener_}) {
    if (*listener != nullptr) (*listener)->Stop(drain_ms);
    listener->reset();
  }
  if (client_ != nullptr)
    RunOn(first, [this] {
      client_->CloseAll();
      client_.reset();
    });
  Status closed;
  if (store_ != nullptr) closed = store_->Close();
  vip_protocol_.reset();
  main_protocol_.reset();
  broker_.reset();
  store_.reset();
  return closed;
}

}  // namespace pintle::main
