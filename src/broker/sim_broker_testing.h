// A broker with its ports and a client, in virtual time and in memory.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bounded_executor.h"
#include "base/memory_file_system.h"
#include "broker/broker.h"
#include "net/server.h"
#include "net/sim_loop.h"
#include "net/sim_transport.h"
#include "remoting/dispatch.h"
#include "remoting/remoting_client.h"
#include "remoting/remoting_server.h"
#include "store/message_store.h"

namespace pintle::broker {

// An answer, with its bytes.
using Answered = std::unique_ptr<remoting::OwnedCommand>;

// A client program of its own on one connection to the main port.
class SimClient {
 public:
  SimClient(net::SimScheduler& scheduler, net::SimTransport& network, std::string host,
            remoting::HeaderEncoding encoding = remoting::HeaderEncoding::kBinary);
  ~SimClient();

  // Sends and waits for the answer; fails the test when there is none within `within_ms`.
  Answered Invoke(remoting::Request request, int64_t within_ms = 60'000,
                  const std::string& address = kMainPort);
  // Sends; the answer is in the result once it is there.
  std::shared_ptr<Answered> Begin(remoting::Request request,
                                  const std::string& address = kMainPort);
  void SendOneway(remoting::Request request);
  // Requests that the broker sent to this client, by their codes.
  std::vector<int32_t> told;
  // What this client answers to them; nothing when not set.
  std::function<remoting::ServerRequestAnswer(const remoting::ServerRequest&)> answering;
  void Disconnect() { client_->CloseAll(); }

  static const std::string kMainPort;
  static const std::string kVipPort;

 private:
  net::SimScheduler& scheduler_;
  net::SimLoop& loop_;
  std::unique_ptr<remoting::RemotingClient> client_;
};

class SimBroker {
 public:
  explicit SimBroker(BrokerOptions options = {}, store::StoreOptions store_options = {},
                     uint64_t seed = 1);
  ~SimBroker();

  Broker& broker() { return *broker_; }
  store::MessageStore& store() { return *store_; }
  net::SimScheduler& scheduler() { return scheduler_; }
  net::SimTransport& network() { return network_; }
  // What the main port speaks, and the first loop that serves it.
  net::ProtocolFactory& main_protocol() { return *ports_.front()->protocol; }
  net::Loop& main_loop() { return *loops_.front(); }
  MemoryFileSystem& fs() { return fs_; }
  std::unique_ptr<SimClient> Connect(const std::string& host);

  // Stops the broker in order and starts it again on the same files.
  void Restart();
  // The same in two steps, for what happens meanwhile.
  void StopBroker() { Stop(); }
  void StartBroker() { Start(); }
  // What the store's threads would do.
  void RunStoreUpkeep() { store_->RunUpkeep(); }

 private:
  // A listening port and what it serves.
  struct Port {
    remoting::DispatchTable table;
    std::unique_ptr<remoting::RemotingServer> protocol;
    std::unique_ptr<net::Server> server;
  };

  void Start();
  void Listen(remoting::DispatchTable table, uint16_t port);
  void Stop();

  net::SimScheduler scheduler_;
  net::SimTransport network_;
  MemoryFileSystem fs_;
  BoundedExecutor executor_{{.name = "sim", .threads = 0}};
  std::array<net::Loop*, 2> loops_;
  const BrokerOptions options_;
  const store::StoreOptions store_options_;
  std::unique_ptr<store::MessageStore> store_;
  std::unique_ptr<remoting::RemotingClient> to_name_servers_;
  std::unique_ptr<Broker> broker_;
  std::vector<std::unique_ptr<Port>> ports_;  // main, and VIP
};

// Requests that tests send most.
struct SentMessage {
  std::string topic = "orders";
  int32_t queue_id = 0;
  std::string body = "hello";
  std::string properties = {};
  std::string default_topic = "TBW102";
  int32_t default_topic_queues = 4;
  int32_t reconsume_times = 0;
};
remoting::Request SendRequest(const SentMessage& message);
struct PulledQueue {
  std::string topic = "orders";
  std::string group = "readers";
  int32_t queue_id = 0;
  int64_t offset = 0;
  int32_t messages_max = 32;
  std::string expression = "*";
  int64_t suspend_ms = 0;      // over 0: may be held
  int64_t commit_offset = -1;  // from 0 on: told with the pull
};
remoting::Request PullRequestFor(const PulledQueue& queue);
// The bodies of the messages in an answer to a pull.
std::vector<std::string> BodiesOf(const remoting::OwnedCommand& answer);
// A field of an answer; empty when it is not there.
std::string FieldOf(const remoting::OwnedCommand& answer, std::string_view name);

}  // namespace pintle::broker
