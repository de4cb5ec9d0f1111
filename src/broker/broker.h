// A broker: the parts that its requests work on. It holds them, hands them out, and starts and
// stops them together; what a request does is in ops/, how a protocol says it in handlers/ and
// admin/.
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <string>

#include "base/bounded_executor.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/file_system.h"
#include "broker/address.h"
#include "broker/arrivals.h"
#include "broker/broker_options.h"
#include "broker/client_table.h"
#include "broker/consumer_offsets.h"
#include "broker/delay/delay_progress.h"
#include "broker/delay/delay_schedule.h"
#include "broker/durable_waiters.h"
#include "broker/group_table.h"
#include "broker/name_server_registrar.h"
#include "broker/peer_hosts.h"
#include "broker/queue_locks.h"
#include "broker/queue_scaler.h"
#include "broker/room_waiters.h"
#include "broker/topic_table.h"
#include "broker/traffic.h"
#include "broker/upkeep.h"
#include "filter/selector_cache.h"
#include "model/message_id.h"
#include "net/loop.h"
#include "remoting/remoting_client.h"
#include "store/message_store.h"

namespace pintle::broker {

class Transactions;

// What a broker is built upon; all of it outlives the broker.
struct BrokerWiring {
  FileSystem& fs;
  const Clock& clock;
  store::MessageStore& store;
  std::span<net::Loop* const> loops;  // its connections live on these
  BoundedExecutor& executor;          // for what may wait for the disk
  std::string config_folder;          // <store>/config
  // Speaks to name servers; lives on the first loop. nullptr: registers nowhere.
  remoting::RemotingClient* client = nullptr;
};

// Threads: Open(), SetAddress() and destruction by the owner; Start() and Stop() on the first loop;
// the parts as each says.
class Broker {
 public:
  // Reads the tables. kCorrupt when one of their files is not readable.
  static Result<std::unique_ptr<Broker>> Open(const BrokerWiring& wiring, BrokerOptions options);
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  // Before the first request.
  void SetAddress(Address address) { address_ = std::move(address); }
  // Starts upkeep, and registers at the name servers.
  void Start();
  // Leaves the name servers, ends what waits, writes the tables. Sends that come later are refused,
  // other requests do no harm. Nothing may be asked of the loops' timers after it.
  net::Task<void> Stop();

  // nullptr without name servers.
  NameServerRegistrar* registrar() const { return registrar_.get(); }

  const BrokerOptions& options() const { return options_; }
  const Address& address() const { return address_; }
  const Clock& clock() const { return wiring_.clock; }
  store::MessageStore& store() { return wiring_.store; }
  BoundedExecutor& executor() { return wiring_.executor; }
  std::span<net::Loop* const> loops() const { return wiring_.loops; }
  FileSystem& fs() { return wiring_.fs; }
  const std::string& config_folder() const { return wiring_.config_folder; }

  TopicTable& topics() { return topics_; }
  GroupTable& groups() { return groups_; }
  ConsumerOffsets& offsets() { return offsets_; }
  ClientTable& clients() { return clients_; }
  QueueLocks& queue_locks() { return queue_locks_; }
  Arrivals& arrivals() { return arrivals_; }
  DurableWaiters& durable() { return durable_; }
  RoomWaiters& room() { return room_; }
  Transactions& transactions() { return *transactions_; }
  filter::SelectorCache& selectors() { return selectors_; }
  DelaySchedule& delays() { return delays_; }
  const DelayProgress& delay_progress() const { return delay_progress_; }
  Traffic& traffic() { return traffic_; }
  PeerHosts& peers() { return peers_; }
  model::UniqKeySource& uniq_keys() { return uniq_keys_; }

  // True once Stop() has come so far that nothing more may be stored.
  bool stopping() const { return stopping_.load(std::memory_order_relaxed); }

  // A connection is gone.
  void OnSessionClosed(const remoting::Session& session);

  // The properties that every stored message gets: MSG_REGION, TRACE_ON, CLUSTER.
  std::string_view stamp() const { return stamp_; }
  // The same on a consumer's reply, which RocketMQ keeps without the cluster's name.
  std::string_view reply_stamp() const { return reply_stamp_; }

 private:
  Broker(const BrokerWiring& wiring, BrokerOptions options);
  void OnDurable(model::LogOffset durable);

  const BrokerWiring wiring_;
  const BrokerOptions options_;
  const std::string reply_stamp_;
  const std::string stamp_;
  std::atomic<bool> stopping_{false};
  Address address_;

  TopicTable topics_;
  GroupTable groups_;
  ConsumerOffsets offsets_;
  ClientTable clients_;
  QueueLocks queue_locks_;
  Arrivals arrivals_;
  DurableWaiters durable_;
  RoomWaiters room_;
  model::LogOffset last_durable_{-1};  // the flusher's own
  Traffic traffic_;
  filter::SelectorCache selectors_;
  DelayProgress delay_progress_;
  DelaySchedule delays_;
  PeerHosts peers_;
  model::UniqKeySource uniq_keys_;
  QueueScaler scaler_;
  Upkeep upkeep_;
  std::unique_ptr<Transactions> transactions_;
  std::unique_ptr<NameServerRegistrar> registrar_;
};

}  // namespace pintle::broker
