#include "main/wiring.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <thread>
#include <utility>

#include "base/log.h"

namespace pintle::main {

namespace {

constexpr auto kRegistrationPoll = std::chrono::microseconds(200);
constexpr int64_t kRegistrationWaitMs = 2'000;

size_t LoopCount(const Config& config) {
  if (config.loops > 0) return static_cast<size_t>(config.loops);
  return std::max(1u, std::thread::hardware_concurrency());
}

// Where a process on this machine reaches what listens there.
std::string Near(const net::Endpoint& listening) {
  net::Endpoint near = listening;
  if (near.host == "0.0.0.0" || near.host == "::") near.host = "127.0.0.1";
  return near.ToString();
}

}  // namespace

Result<std::unique_ptr<Wiring>> Wiring::Start(FileSystem& fs, const Clock& clock, Role role,
                                              const Config& config) {
  std::unique_ptr<Wiring> wiring(new Wiring());
  PINTLE_TRY(wiring->StartParts(fs, clock, role, config));
  return wiring;
}

Status Wiring::StartParts(FileSystem& fs, const Clock& clock, Role role, const Config& given) {
  in_flight_ = std::make_unique<net::InFlightBytes>(given.in_flight_bytes_max);
  Config config = given;
  config.connection.in_flight = in_flight_.get();
  pool_ = std::make_unique<BoundedExecutor>(BoundedExecutorOptions{.name = "pool"});
  loops_ = net::LoopGroup::Create(LoopCount(config), clock);
  if (role != Role::kBroker) {
    PINTLE_ASSIGN(namesrv_, NamesrvPart::Start(fs, clock, *pool_, *loops_, config));
  }
  if (role != Role::kNamesrv) {
    std::optional<std::string> own_namesrv;
    if (namesrv_ != nullptr) own_namesrv = Near(namesrv_->listening());
    PINTLE_ASSIGN(broker_, BrokerPart::Start(fs, clock, *pool_, *loops_, config, own_namesrv));
  }
  if (broker_ != nullptr) AwaitRegistration(clock);
  if (broker_ != nullptr)
    self_dial_ = std::make_unique<SelfDial>(*loops_->loops().front(), loops_->transport(),
                                            broker_->broker().address().advertised);
  return {};
}

void Wiring::AwaitRegistration(const Clock& clock) {
  const broker::NameServerRegistrar* registrar = broker_->broker().registrar();
  if (registrar == nullptr) return;
  const int64_t give_up_ms = clock.MonotonicMs() + kRegistrationWaitMs;
  while (registrar->untried() > 0 && clock.MonotonicMs() < give_up_ms)
    std::this_thread::sleep_for(kRegistrationPoll);
  std::promise<std::vector<std::string>> missing;
  loops_->loops().front()->Post([&] { missing.set_value(registrar->missing()); });
  unregistered_ = missing.get_future().get();
  for (const std::string& address : unregistered_)
    PINTLE_LOG(kWarn, "broker: the name server {} does not know this broker yet; it goes on trying",
               address);
}

Wiring::~Wiring() { (void)Stop(0); }

Status Wiring::Stop(int64_t drain_ms) {
  self_dial_.reset();
  Status closed;
  if (broker_ != nullptr) closed = broker_->Stop(drain_ms);
  broker_.reset();
  if (namesrv_ != nullptr) namesrv_->Stop(drain_ms);
  namesrv_.reset();
  if (loops_ != nullptr) loops_->Stop();
  loops_.reset();
  pool_.reset();
  return closed;
}

}  // namespace pintle::main
