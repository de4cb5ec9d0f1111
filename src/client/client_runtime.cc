#include "client/client_runtime.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "net/local_address.h"
#include "remoting/bodies/topic_route.h"
#include "remoting/protocol/get_route_info_by_topic.h"

namespace pintle::client {

namespace {

std::string OwnAddress() {
  const auto addresses = net::LocalAddresses();
  return addresses.empty() ? "127.0.0.1" : addresses.front();
}

std::vector<std::string> SplitAddresses(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const size_t end = std::min(text.find(';'), text.size());
    if (end > 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string MakeClientId(const ClientOptions& options) {
  static std::atomic<int> count{0};
  if (!options.instance_name.empty())
    return fmt::format("{}@{}", OwnAddress(), options.instance_name);
  return fmt::format("{}@{}#{}", OwnAddress(), getpid(), ++count);
}

model::Host HostForIds() {
  return model::Host::Parse(fmt::format("{}:0", OwnAddress())).value_or(model::Host());
}

}  // namespace

Result<std::unique_ptr<ClientRuntime>> ClientRuntime::Create(ClientOptions options) {
  if (options.name_servers.empty()) {
    const char* from_environment = std::getenv("NAMESRV_ADDR");
    if (from_environment != nullptr) options.name_servers = SplitAddresses(from_environment);
  }
  if (options.name_servers.empty())
    return SdkFail(ErrorCode::kInvalidArgument,
                   "no name server: set ClientOptions::name_servers or NAMESRV_ADDR");
  for (const std::string& address : options.name_servers) {
    if (auto endpoint = net::Endpoint::Parse(address); !endpoint)
      return std::unexpected(ToSdkError(endpoint.error()));
  }
  if (options.request_timeout_ms <= 0 || options.connect_timeout_ms <= 0 ||
      options.heartbeat_ms <= 0 || options.route_refresh_ms <= 0)
    return SdkFail(ErrorCode::kInvalidArgument, "every interval and timeout must be over 0 ms");
  static const SystemClock clock;
  auto group = net::LoopGroup::Create(1, clock);
  return std::unique_ptr<ClientRuntime>(new ClientRuntime(std::move(options), std::move(group)));
}

ClientRuntime::ClientRuntime(ClientOptions options, std::unique_ptr<net::LoopGroup> group)
    : options_(std::move(options)),
      names_(options_.name_space),
      client_id_(MakeClientId(options_)),
      uniq_keys_(HostForIds(), getpid(), static_cast<int32_t>(clock_.MonotonicNs())),
      group_(std::move(group)),
      loop_(group_->loops().front()),
      pauses_(*loop_) {
  remoting::ClientOptions remoting_options;
  remoting_options.connect_timeout_ms = options_.connect_timeout_ms;
  remoting_options.encoding = options_.encoding == HeaderEncoding::kBinary
                                  ? remoting::HeaderEncoding::kBinary
                                  : remoting::HeaderEncoding::kJson;
  remoting_ = remoting::RemotingClient::Create(*loop_, group_->transport(), remoting_options);
  Launch(RefreshRoutes());
}

ClientRuntime::~ClientRuntime() { Stop(); }

net::Task<void> ClientRuntime::Tracked(net::Task<void> task) {
  co_await task;
  running_.fetch_sub(1, std::memory_order_acq_rel);
}

void ClientRuntime::Launch(net::Task<void> task) {
  running_.fetch_add(1, std::memory_order_acq_rel);
  loop_->Post([this, task = std::move(task)]() mutable { loop_->Spawn(Tracked(std::move(task))); });
}

void ClientRuntime::BeginStop() {
  stopping_.store(true, std::memory_order_release);
  pauses_.End();
  remoting_->CloseAll();
}

void ClientRuntime::Stop() {
  if (stopped_) return;
  stopped_ = true;
  loop_->Post([this] { BeginStop(); });
  while (running_.load(std::memory_order_acquire) != 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  std::promise<void> gone;
  loop_->Post([this, &gone] {
    remoting_.reset();
    gone.set_value();
  });
  gone.get_future().wait();
  group_->Stop();
}

net::Task<Result<Answer>> ClientRuntime::Call(std::string address, remoting::Request request,
                                              int64_t timeout_ms) {
  auto answer = co_await remoting_->Invoke(std::move(address), std::move(request), timeout_ms);
  if (!answer) co_return std::unexpected(ToSdkError(answer.error()));
  co_return *std::move(answer);
}

net::Task<Result<Answer>> ClientRuntime::CallOk(std::string address, remoting::Request request,
                                                int64_t timeout_ms) {
  auto answer = co_await Call(std::move(address), std::move(request), timeout_ms);
  if (answer && (*answer)->command.head.code != 0)
    co_return std::unexpected(RefusedBy((*answer)->command));
  co_return answer;
}

net::Task<Result<Route>> ClientRuntime::FetchRoute(std::string topic) {
  const remoting::GetRouteInfoByTopicRequest fields{.topic = topic,
                                                    .accept_standard_json_only = true};
  Error last{.code = ErrorCode::kUnavailable, .broker_code = 0, .message = "no name server"};
  for (size_t tries = 0; tries < options_.name_servers.size(); ++tries) {
    const std::string& address = options_.name_servers[name_server_];
    auto answer =
        co_await CallOk(address, MakeRequest(remoting::request_code::kGetRouteInfoByTopic, fields),
                        options_.request_timeout_ms);
    if (answer) {
      auto route = remoting::DecodeTopicRoute((*answer)->command.body);
      if (!route) co_return std::unexpected(ToSdkError(route.error()));
      co_return std::make_shared<const model::TopicRoute>(*std::move(route));
    }
    last = answer.error();
    // An answer is an answer; only a silent name server is asked around.
    if (last.broker_code != 0) break;
    name_server_ = (name_server_ + 1) % options_.name_servers.size();
  }
  co_return std::unexpected(last);
}

net::Task<Result<Route>> ClientRuntime::FindRoute(std::string topic, bool refresh) {
  if (!refresh) {
    const auto known = routes_.find(topic);
    if (known != routes_.end()) co_return known->second;
  }
  auto route = co_await FetchRoute(topic);
  if (!route) {
    if (route.error().code == ErrorCode::kNoRoute) routes_.erase(topic);
    co_return route;
  }
  for (const model::BrokerRoute& broker : (*route)->brokers) brokers_[broker.broker_name] = broker;
  Route& known = routes_[topic];
  const bool changed = known != nullptr && *known != **route;
  known = *route;
  if (changed && route_changed_) route_changed_();
  co_return route;
}

net::Task<void> ClientRuntime::RefreshRoutes() {
  for (;;) {
    co_await pauses_.For(options_.route_refresh_ms);
    if (stopping()) co_return;
    std::vector<std::string> topics;
    for (const auto& [topic, route] : routes_) topics.push_back(topic);
    for (const std::string& topic : topics) {
      if (stopping()) co_return;
      (void)co_await FindRoute(topic, /*refresh=*/true);
    }
  }
}

std::vector<std::string> ClientRuntime::KnownBrokers() const {
  std::vector<std::string> names;
  for (const auto& [name, broker] : brokers_) names.push_back(name);
  return names;
}

std::string ClientRuntime::AddressOf(const std::string& broker_name, bool any_member) const {
  const auto broker = brokers_.find(broker_name);
  if (broker == brokers_.end() || broker->second.addresses.empty()) return {};
  const auto& addresses = broker->second.addresses;
  if (const auto master = addresses.find(model::kMasterId); master != addresses.end())
    return master->second;
  return any_member ? addresses.begin()->second : std::string();
}

net::Task<Result<std::string>> ClientRuntime::FindAddress(std::string topic,
                                                          std::string broker_name,
                                                          bool any_member) {
  std::string address = AddressOf(broker_name, any_member);
  if (!address.empty()) co_return address;
  auto route = co_await FindRoute(topic, /*refresh=*/true);
  if (!route) co_return std::unexpected(route.error());
  address = AddressOf(broker_name, any_member);
  if (address.empty())
    co_return SdkFail(ErrorCode::kNoRoute,
                      fmt::format("broker {} does not have topic {}", broker_name, topic));
  co_return address;
}

}  // namespace pintle::client
