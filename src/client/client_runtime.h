// One SDK object's share of the machine: a loop with its thread, connections, routes, heartbeats.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/clock.h"
#include "client/name_space.h"
#include "client/pauses.h"
#include "client/sdk_error.h"
#include "model/message_id.h"
#include "model/route.h"
#include "net/server.h"
#include "pintle/client_options.h"
#include "pintle/error.h"
#include "remoting/fields.h"
#include "remoting/remoting_client.h"

namespace pintle::client {

using Answer = std::unique_ptr<remoting::OwnedCommand>;
using Route = std::shared_ptr<const model::TopicRoute>;

using remoting::MakeRequest;

// Threads: Create(), Wait(), Stop() by users, not on the loop; the rest on the loop.
class ClientRuntime {
 public:
  static Result<std::unique_ptr<ClientRuntime>> Create(ClientOptions options);
  ~ClientRuntime();

  net::Loop& loop() { return *loop_; }
  const Clock& clock() const { return clock_; }
  const ClientOptions& options() const { return options_; }
  const NameSpace& names() const { return names_; }
  const std::string& client_id() const { return client_id_; }
  remoting::RemotingClient& remoting() { return *remoting_; }
  // Any thread.
  std::string NextUniqKey() { return uniq_keys_.Next(clock_.WallMs()); }

  // Runs `task` on the loop and waits for its value.
  template <typename T>
  T Wait(net::Task<T> task);
  // Starts `task` on the loop. Any thread. Stop() waits until it has ended.
  void Launch(net::Task<void> task);
  // Ends long polls, waits for launched tasks, closes connections, ends the thread.
  void Stop();
  bool stopping() const { return stopping_.load(std::memory_order_acquire); }
  // Marks the stop and closes connections so that whatever waits for an answer ends. On the loop.
  void BeginStop();

  // The topic's route: from memory, or from the name servers in turn. kNoRoute when they do not
  // know it.
  net::Task<Result<Route>> FindRoute(std::string topic, bool refresh);
  // Told, on the loop, when a topic's route is another than before. Before the first route.
  void SetRouteListener(std::function<void()> listener) { route_changed_ = std::move(listener); }
  // co_await runtime.pauses().For(ms): cut short by the stop.
  Pauses& pauses() { return pauses_; }

  // Routes fetched so far, for heartbeats.
  std::vector<std::string> KnownBrokers() const;
  // "host:port" of the broker set's master, or its smallest member with `any_member`; empty when
  // unknown.
  std::string AddressOf(const std::string& broker_name, bool any_member) const;

  // AddressOf(), after asking the name servers for the topic's route where that is not known. kNoRoute.
  net::Task<Result<std::string>> FindAddress(std::string topic, std::string broker_name,
                                             bool any_member);

  // One request, one answer; only network failures are errors.
  net::Task<Result<Answer>> Call(std::string address, remoting::Request request,
                                 int64_t timeout_ms);
  // As Call(), but an answer other than SUCCESS is an error too.
  net::Task<Result<Answer>> CallOk(std::string address, remoting::Request request,
                                   int64_t timeout_ms);

 private:
  ClientRuntime(ClientOptions options, std::unique_ptr<net::LoopGroup> group);
  net::Task<void> RefreshRoutes();
  net::Task<Result<Route>> FetchRoute(std::string topic);
  net::Task<void> Tracked(net::Task<void> task);

  const SystemClock clock_;
  const ClientOptions options_;
  const NameSpace names_;
  const std::string client_id_;
  model::UniqKeySource uniq_keys_;
  std::unique_ptr<net::LoopGroup> group_;
  net::Loop* loop_;
  Pauses pauses_;
  std::unique_ptr<remoting::RemotingClient> remoting_;
  std::atomic<bool> stopping_{false};
  std::atomic<int64_t> running_{0};  // launched tasks that have not ended
  // The loop's:
  std::map<std::string, Route> routes_;
  std::function<void()> route_changed_;
  std::map<std::string, model::BrokerRoute> brokers_;
  size_t name_server_ = 0;  // the one that answered last
  bool stopped_ = false;    // the owner's
};

namespace detail {
template <typename T>
net::Task<void> Fulfil(net::Task<T> task, std::promise<T>* promise) {
  promise->set_value(co_await task);
}
}  // namespace detail

template <typename T>
T ClientRuntime::Wait(net::Task<T> task) {
  PINTLE_CHECK(!loop_->InLoop(), "a callback of the SDK waits for the SDK: use the Async form");
  std::promise<T> promise;
  auto future = promise.get_future();
  Launch(detail::Fulfil(std::move(task), &promise));
  return future.get();
}

}  // namespace pintle::client
