// Keeps every name server informed of this broker and its topics: all of them at the start and
// every 30 s, a changed one at once; and takes leave at the end.
#pragma once

#include <atomic>
#include <coroutine>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "broker/address.h"
#include "broker/broker_options.h"
#include "broker/topic_table.h"
#include "net/loop.h"
#include "remoting/remoting_client.h"

namespace pintle::broker {

// Threads: its loop, which is the client's; OnTopicChanged(), Told() and untried() from any thread.
class NameServerRegistrar {
 public:
  class ToldAwaiter;

  // Borrows everything. `client` lives on `loop`.
  NameServerRegistrar(net::Loop& loop, remoting::RemotingClient& client, TopicTable& topics,
                      const BrokerOptions& options);

  // Registers now and from then on.
  void Start(const Address& address);
  // The topic was created or changed.
  void OnTopicChanged(std::string_view topic);
  // co_await registrar.Told(loop): resumes on `loop`, where it was awaited, once what changed before
  // was told to every name server that knows this broker; some seconds later when one does not
  // answer. Not an error: a name server that was not reached is told again.
  ToldAwaiter Told(net::Loop& loop);
  // Tells every name server that this broker leaves; ends when all have answered, or about
  // `timeout_ms` later when they have not.
  net::Task<void> Stop(int64_t timeout_ms);

  // Name servers whose last registration succeeded.
  size_t registered() const;
  // The others.
  std::vector<std::string> missing() const;
  // Name servers at which not even the first registration has ended yet, well or not. Any thread.
  size_t untried() const { return untried_.load(std::memory_order_acquire); }

 private:
  struct Server {
    bool knows_us = false;  // a full registration has succeeded since the last failure
    bool tried = false;     // a registration has ended there
    bool busy = false;
    bool full_due = false;
    std::set<std::string> topics_due;
    uint64_t change_due = 0;   // the last change that is among what is due or under way
    uint64_t change_told = 0;  // the last one that it was told, or could not be
    int64_t retry_ms = 0;      // the last pause after a failure
    net::TimerId retry = net::TimerId::kNone;
  };

  struct Waiter {
    uint64_t change = 0;
    net::Loop* loop = nullptr;
    std::coroutine_handle<> handle;
  };

  // False when there is nothing to wait for.
  bool Wait(net::Loop& loop, std::coroutine_handle<> handle);
  // Ends the waits for changes that the name servers were told.
  void EndWaits();
  void EndWaitsUpTo(uint64_t change);
  void ArmPatience();

  void RegisterAll();
  void TakeChanged();
  // Starts what is due there, unless a registration is under way.
  void Serve(const std::string& address, Server& server);
  net::Task<void> Register(std::string address, bool full, std::set<std::string> names,
                           uint64_t change);
  net::Task<bool> Send(std::string address, bool full, std::set<std::string> names);
  net::Task<void> Unregister(std::string address, int64_t timeout_ms);
  void EndTask();
  remoting::Request MakeRegistration(const std::vector<model::TopicConfig>& topics) const;
  std::vector<model::TopicConfig> TopicsOf(bool full, const std::set<std::string>& names) const;
  void OnAnswer(const remoting::OwnedCommand& answer);
  void OnFailure(const std::string& address, Server& server);

  net::Loop& loop_;
  remoting::RemotingClient& client_;
  TopicTable& topics_;
  const BrokerOptions& options_;

  Address address_;
  bool running_ = false;
  net::TimerId timer_ = net::TimerId::kNone;
  std::map<std::string, Server> servers_;
  std::atomic<size_t> untried_{0};
  size_t under_way_ = 0;           // tasks of ours that have not ended
  std::function<void()> on_idle_;  // told when the last of them ends
  uint64_t taken_ = 0;             // changes that the servers' due topics account for
  net::TimerId patience_ = net::TimerId::kNone;

  Mutex mutex_;
  std::set<std::string, std::less<>> changed_ GUARDED_BY(mutex_);
  uint64_t changes_ GUARDED_BY(mutex_) = 0;  // that there have been
  uint64_t told_ GUARDED_BY(mutex_) = 0;     // nobody waits for these any more
  std::vector<Waiter> waiters_ GUARDED_BY(mutex_);
};

class [[nodiscard]] NameServerRegistrar::ToldAwaiter {
 public:
  ToldAwaiter(NameServerRegistrar& registrar, net::Loop& loop)
      : registrar_(registrar), loop_(loop) {}

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> handle) { return registrar_.Wait(loop_, handle); }
  void await_resume() const noexcept {}

 private:
  NameServerRegistrar& registrar_;
  net::Loop& loop_;
};

}  // namespace pintle::broker
