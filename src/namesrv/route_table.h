// Who is where: topics -> queues per broker, brokers -> addresses, clusters, liveness.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/mutex.h"
#include "model/route.h"
#include "model/topic.h"

namespace pintle::remoting {
class Session;
}

namespace pintle::namesrv {

inline constexpr int64_t kBrokerTimeoutMs = 120'000;

// What a broker tells about itself with REGISTER_BROKER.
struct Registration {
  std::string cluster;
  std::string broker_name;
  int64_t broker_id = model::kMasterId;
  std::string address;     // "host:port", what clients will connect to
  std::string ha_address;  // "host:port", what slaves will connect to
  std::string zone_name;
  std::optional<int64_t> heartbeat_timeout_ms;
  // Absent from brokers that do not know of acting masters.
  std::optional<bool> enable_acting_master;
  model::DataVersion version;
  std::vector<model::TopicConfig> topics;
  // Static topics: topic -> broker name and the JSON text of its queue mapping.
  std::map<std::string, std::pair<std::string, std::string>> queue_mappings;
  // Absent: what was said before stays.
  std::optional<std::vector<std::string>> filter_servers;
  std::shared_ptr<remoting::Session> session;  // the connection it came by; null in tests
  uint64_t session_id = 0;
};

// What the answer tells the broker: where a slave finds its master.
struct RegistrationAnswer {
  std::string master_address;
  std::string master_ha_address;
};

struct RegistrationRules {
  // The master's topics that a registration does not name lose its queues.
  bool delete_missing_topics = false;
};

struct ClusterTable {
  std::map<std::string, model::BrokerRoute> brokers;      // by broker name
  std::map<std::string, std::set<std::string>> clusters;  // cluster -> broker names
};

// Topics by the unit flags of their first queue.
enum class UnitTopics : uint8_t { kUnit, kUnitSubscription, kUnitSubscriptionOnly };

// Threads: any thread. Readers of routes that did not change ask RouteBodies and never come here.
// Does not know the time: the caller says what it is, in monotonic milliseconds.
class RouteTable {
 public:
  // Takes the broker into the table or refreshes it.
  // kUnavailable: a broker id that is new to the broker name came with exactly one topic, which is
  // an increment to a registration that this name server has not seen.
  // Not an error, and without effect: another address holds the id with a newer state version.
  Result<RegistrationAnswer> Register(const Registration& registration,
                                      const RegistrationRules& rules, int64_t now_ms);
  // Forgets the address, and the broker with its queues when it was the last one. No error when it
  // is not there.
  void Unregister(const std::string& cluster, const std::string& broker_name,
                  const std::string& address);
  // Heartbeat: the address lives at `now_ms`. False when it has not registered.
  bool Touch(const std::string& cluster, const std::string& address, int64_t now_ms);
  // Forgets brokers whose last sign of life is older than they promised; returns their
  // connections, which are to be closed.
  std::vector<std::weak_ptr<remoting::Session>> Expire(int64_t now_ms);
  // Forgets every broker that registered by this connection.
  void OnSessionClosed(uint64_t session_id);

  // The version that the address registered with, or nothing.
  std::optional<model::DataVersion> VersionOf(const std::string& cluster,
                                              const std::string& address) const;

  // Adds queues of known brokers to a topic; kNotFound, without effect, for an unknown broker.
  Status RegisterTopic(const std::string& topic, const std::vector<model::QueueRoute>& queues);
  void DeleteTopic(const std::string& topic);
  // Only the queues of the cluster's brokers.
  void DeleteTopic(const std::string& topic, const std::string& cluster);
  // Takes the write bit from, or gives read and write to, all queues of the broker; how many
  // topics.
  int32_t WipeWritePermission(const std::string& broker_name);
  int32_t AddWritePermission(const std::string& broker_name);

  // Nothing when no living broker has a queue of the topic. `acting_master`: where the master is
  // gone and the broker allows it, the smallest slave id stands as the master for reads.
  std::optional<model::TopicRoute> Find(const std::string& topic, bool acting_master) const;
  std::vector<std::string> Topics() const;
  std::vector<std::string> TopicsOfCluster(const std::string& cluster) const;
  std::vector<std::string> TopicsOfUnits(UnitTopics which) const;
  ClusterTable Clusters() const;
  // id -> address; empty when unknown.
  std::map<int64_t, std::string> Members(const std::string& broker_name) const;
  // Up to `max` names that `topic` may have been meant to be, nearest first.
  std::vector<std::string> Nearest(const std::string& topic, size_t max) const;

  // Changes whenever a route might. Read it before Find().
  uint64_t version() const { return version_.load(std::memory_order_acquire); }

 private:
  struct AddressKey {
    std::string cluster;
    std::string address;
    friend auto operator<=>(const AddressKey&, const AddressKey&) = default;
  };
  struct Live {
    int64_t last_ms = 0;
    int64_t timeout_ms = kBrokerTimeoutMs;
    model::DataVersion version;
    std::string ha_address;
    std::weak_ptr<remoting::Session> session;
    uint64_t session_id = 0;
    std::vector<std::string> filter_servers;
  };
  using TopicQueues = std::map<std::string, model::QueueRoute>;  // by broker name

  bool OutdatedBy(const Registration& registration) const REQUIRES(mutex_);
  void ApplyTopics(const Registration& registration, const RegistrationRules& rules, bool first,
                   bool wipe_write) REQUIRES(mutex_);
  void DeleteMissingTopics(const Registration& registration) REQUIRES(mutex_);
  void ApplyTopic(const std::string& broker_name, const model::TopicConfig& config, bool wipe_write)
      REQUIRES(mutex_);
  void UnregisterLocked(const AddressKey& key, const std::string& broker_name) REQUIRES(mutex_);
  void DropQueues(const std::string& broker_name) REQUIRES(mutex_);
  void WipeWithoutMaster(const std::string& broker_name) REQUIRES(mutex_);
  std::string BrokerNameOf(const AddressKey& key) const REQUIRES(mutex_);
  int32_t ChangePermission(const std::string& broker_name, bool wipe) REQUIRES(mutex_);
  void Changed() { version_.fetch_add(1, std::memory_order_release); }

  mutable Mutex mutex_;
  std::unordered_map<std::string, TopicQueues> topics_ GUARDED_BY(mutex_);
  std::map<std::string, model::BrokerRoute> brokers_ GUARDED_BY(mutex_);
  std::map<std::string, std::set<std::string>> clusters_ GUARDED_BY(mutex_);
  std::map<AddressKey, Live> live_ GUARDED_BY(mutex_);
  // topic -> broker name -> JSON text
  std::map<std::string, std::map<std::string, std::string>> mappings_ GUARDED_BY(mutex_);
  std::atomic<uint64_t> version_{1};
};

}  // namespace pintle::namesrv
