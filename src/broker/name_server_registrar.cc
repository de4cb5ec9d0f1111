#include "broker/name_server_registrar.h"

#include <algorithm>
#include <coroutine>
#include <utility>
#include <vector>

#include "base/crc32.h"
#include "base/log.h"
#include "remoting/bodies/kv_table.h"
#include "remoting/bodies/register_broker.h"
#include "remoting/protocol/register_broker.h"
#include "remoting/protocol/unregister_broker.h"

namespace pintle::broker {
namespace {

constexpr int64_t kFirstRetryMs = 500;
// Less than clients wait for an answer.
constexpr int64_t kPatienceMs = 2'000;

// Resumes the awaiter when a callback is called; on one loop.
struct Signal {
  std::function<void()>& slot;
  bool done;
  bool await_ready() const noexcept { return done; }
  void await_suspend(std::coroutine_handle<> handle) {
    slot = [handle] { handle.resume(); };
  }
  void await_resume() const noexcept {}
};

}  // namespace

NameServerRegistrar::NameServerRegistrar(net::Loop& loop, remoting::RemotingClient& client,
                                         TopicTable& topics, const BrokerOptions& options)
    : loop_(loop), client_(client), topics_(topics), options_(options) {
  for (const std::string& address : options.name_servers) servers_.try_emplace(address);
  untried_ = servers_.size();
}

void NameServerRegistrar::Start(const Address& address) {
  address_ = address;
  running_ = true;
  RegisterAll();
}

void NameServerRegistrar::RegisterAll() {
  for (auto& [address, server] : servers_) {
    server.full_due = true;
    Serve(address, server);
  }
  timer_ = loop_.After(options_.register_interval_ms, [this] { RegisterAll(); });
}

void NameServerRegistrar::OnTopicChanged(std::string_view topic) {
  bool first = false;
  {
    MutexLock lock(mutex_);
    first = changed_.empty();
    changed_.emplace(topic);
    ++changes_;
  }
  // What changes until the loop gets to it goes with the same registration.
  if (first) loop_.Post([this] { TakeChanged(); });
}

void NameServerRegistrar::TakeChanged() {
  std::set<std::string, std::less<>> changed;
  {
    MutexLock lock(mutex_);
    changed.swap(changed_);
    taken_ = changes_;
  }
  if (running_) {
    for (auto& [address, server] : servers_) {
      server.topics_due.insert(changed.begin(), changed.end());
      server.change_due = taken_;
      Serve(address, server);
    }
    ArmPatience();
  }
  EndWaits();
}

NameServerRegistrar::ToldAwaiter NameServerRegistrar::Told(net::Loop& loop) {
  return {*this, loop};
}

bool NameServerRegistrar::Wait(net::Loop& loop, std::coroutine_handle<> handle) {
  MutexLock lock(mutex_);
  if (changes_ <= told_) return false;
  waiters_.push_back({changes_, &loop, handle});
  return true;
}

void NameServerRegistrar::EndWaits() {
  uint64_t told = taken_;
  for (const auto& [address, server] : servers_) {
    // One that is away is told everything when it is back; nobody is made to wait for that.
    const bool waited_for = running_ && (server.knows_us || !server.tried);
    if (waited_for) told = std::min(told, server.change_told);
  }
  EndWaitsUpTo(told);
}

void NameServerRegistrar::EndWaitsUpTo(uint64_t change) {
  std::vector<Waiter> ready;
  {
    MutexLock lock(mutex_);
    const uint64_t told = told_ = std::max(told_, change);
    std::erase_if(waiters_, [&](const Waiter& waiter) {
      if (waiter.change > told) return false;
      ready.push_back(waiter);
      return true;
    });
  }
  for (const Waiter& waiter : ready)
    waiter.loop->Post([handle = waiter.handle] { handle.resume(); });
}

void NameServerRegistrar::ArmPatience() {
  if (patience_ != net::TimerId::kNone) return;
  patience_ = loop_.After(kPatienceMs, [this, change = taken_] {
    patience_ = net::TimerId::kNone;
    EndWaitsUpTo(change);
    if (taken_ > change) ArmPatience();
  });
}

void NameServerRegistrar::Serve(const std::string& address, Server& server) {
  if (server.busy || !running_) return;
  // A name server that does not know us takes a registration of a single topic for a mistake.
  const bool full = server.full_due || (!server.knows_us && !server.topics_due.empty());
  if (!full && server.topics_due.empty()) return;
  server.busy = true;
  server.full_due = false;
  loop_.Spawn(Register(address, full, std::exchange(server.topics_due, {}), server.change_due));
}

net::Task<void> NameServerRegistrar::Register(std::string address, bool full,
                                              std::set<std::string> names, uint64_t change) {
  ++under_way_;
  const bool accepted = co_await Send(address, full, std::move(names));
  Server& server = servers_[address];
  server.busy = false;
  server.change_told = change;
  if (accepted) {
    if (full && !server.knows_us)
      PINTLE_LOG(kInfo, "broker: registered at the name server {}", address);
    server.knows_us = server.knows_us || full;
    server.retry_ms = 0;
    Serve(address, server);
  } else {
    OnFailure(address, server);
  }
  if (!std::exchange(server.tried, true)) untried_.fetch_sub(1, std::memory_order_release);
  EndWaits();
  EndTask();
}

net::Task<bool> NameServerRegistrar::Send(std::string address, bool full,
                                          std::set<std::string> names) {
  remoting::Request request = MakeRegistration(TopicsOf(full, names));
  const auto answer =
      co_await client_.Invoke(address, std::move(request), options_.register_timeout_ms);
  if (!answer) {
    PINTLE_LOG(kWarn, "broker: not registered at the name server {}: {}", address,
               answer.error().message);
    co_return false;
  }
  if ((*answer)->code() != remoting::ResponseCode::kSuccess) {
    PINTLE_LOG(kWarn, "broker: the name server {} refuses the registration with code {}: {}",
               address, (*answer)->command.head.code, (*answer)->command.remark);
    co_return false;
  }
  OnAnswer(**answer);
  co_return true;
}

void NameServerRegistrar::OnFailure(const std::string& address, Server& server) {
  server.knows_us = false;
  if (!running_) return;
  server.full_due = true;
  server.retry_ms = std::clamp(server.retry_ms * 2, kFirstRetryMs, options_.register_interval_ms);
  server.retry =
      loop_.After(server.retry_ms, [this, address] { Serve(address, servers_[address]); });
}

std::vector<model::TopicConfig> NameServerRegistrar::TopicsOf(
    bool full, const std::set<std::string>& names) const {
  std::vector<model::TopicConfig> topics;
  if (full) {
    for (const auto& [name, topic] : topics_.All()) topics.push_back(topic->config());
  } else {
    for (const std::string& name : names) {
      if (const auto topic = topics_.Find(name)) topics.push_back(topic->config());
    }
  }
  // A broker that must not be read or written says so of each of its topics.
  for (model::TopicConfig& topic : topics) {
    const int32_t both = model::kPermRead | model::kPermWrite;
    if ((options_.perm & both) != both) topic.perm &= options_.perm;
  }
  return topics;
}

remoting::Request NameServerRegistrar::MakeRegistration(
    const std::vector<model::TopicConfig>& topics) const {
  remoting::RegisterBrokerBody table;
  table.topics.version = topics_.version();
  for (const model::TopicConfig& topic : topics) table.topics.topics.emplace(topic.name, topic);
  const bool compressed = options_.register_compressed;
  std::string body = remoting::EncodeRegisterBroker(table, compressed, remoting::kOurVersion);

  remoting::RegisterBrokerRequest fields;
  fields.broker_name = options_.name;
  fields.broker_address = address_.advertised.ToString();
  fields.cluster_name = options_.cluster;
  fields.broker_id = options_.id;
  // Where replicas would ask: the port that RocketMQ gives it.
  net::Endpoint replicas = address_.advertised;
  ++replicas.port;
  fields.ha_server_address = replicas.ToString();
  fields.compressed = compressed;
  fields.body_crc32 = MessageCrc32(AsBytes(body));
  return remoting::MakeRequest(remoting::request_code::kRegisterBroker, fields, std::move(body));
}

// The body is the name server's configuration of ordered topics: {"table":{"topic":"a:4;b:4"}}.
void NameServerRegistrar::OnAnswer(const remoting::OwnedCommand& answer) {
  if (answer.command.body.empty()) return;
  const auto table = remoting::DecodeKvTable(answer.command.body);
  if (!table) {
    PINTLE_LOG(kWarn, "broker: a name server's answer is not readable: {}", table.error().message);
    return;
  }
  std::vector<std::string> ordered;
  for (const auto& [topic, queues] : *table) ordered.push_back(topic);
  if (!ordered.empty()) topics_.MarkOrdered(ordered);
}

net::Task<void> NameServerRegistrar::Stop(int64_t timeout_ms) {
  running_ = false;
  loop_.Cancel(timer_);
  loop_.Cancel(patience_);
  EndWaitsUpTo(UINT64_MAX);
  for (auto& [address, server] : servers_) loop_.Cancel(server.retry);
  // A registration that is under way could arrive after the leave: it is waited for, but not for
  // as long as it might take.
  const net::TimerId patience = loop_.After(timeout_ms, [this] { client_.CloseAll(); });
  co_await Signal{on_idle_, under_way_ == 0};
  loop_.Cancel(patience);
  for (auto& [address, server] : servers_) {
    if (server.knows_us) loop_.Spawn(Unregister(address, timeout_ms));
  }
  co_await Signal{on_idle_, under_way_ == 0};
}

net::Task<void> NameServerRegistrar::Unregister(std::string address, int64_t timeout_ms) {
  ++under_way_;
  remoting::UnregisterBrokerRequest fields;
  fields.broker_name = options_.name;
  fields.broker_address = address_.advertised.ToString();
  fields.cluster_name = options_.cluster;
  fields.broker_id = options_.id;
  remoting::Request request =
      remoting::MakeRequest(remoting::request_code::kUnregisterBroker, fields);
  const auto answer = co_await client_.Invoke(address, std::move(request), timeout_ms);
  if (!answer) {
    PINTLE_LOG(kWarn, "broker: the name server {} was not told of the leave: {}", address,
               answer.error().message);
  }
  servers_[address].knows_us = false;
  EndTask();
}

// The last thing that a task of ours does: whoever waits in Stop() may destroy us next.
void NameServerRegistrar::EndTask() {
  if (--under_way_ == 0 && on_idle_) std::exchange(on_idle_, nullptr)();
}

size_t NameServerRegistrar::registered() const {
  return static_cast<size_t>(
      std::ranges::count_if(servers_, [](const auto& entry) { return entry.second.knows_us; }));
}

std::vector<std::string> NameServerRegistrar::missing() const {
  std::vector<std::string> addresses;
  for (const auto& [address, server] : servers_) {
    if (!server.knows_us) addresses.push_back(address);
  }
  return addresses;
}

}  // namespace pintle::broker
