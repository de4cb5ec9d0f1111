#include "namesrv/route_table.h"

#include <algorithm>

#include "base/log.h"
#include "base/nearest.h"

namespace pintle::namesrv {

namespace {

// Looking for near names costs about 100 ns a candidate and is done on a loop.
constexpr size_t kNearestCandidatesMax = 500;

// By these topics the members of a broker set find each other; they must see who is who.
constexpr std::string_view kMemberSyncTopicPrefix = "rmq_sys_SYNC_BROKER_MEMBER_";

bool SetIfOther(auto& place, const auto& value) {
  if (place == value) return false;
  place = value;
  return true;
}

model::QueueRoute QueueRouteOf(const std::string& broker_name, const model::TopicConfig& config,
                               bool wipe_write) {
  return {.broker_name = broker_name,
          .read_queues = config.read_queues,
          .write_queues = config.write_queues,
          .perm = wipe_write ? config.perm & ~model::kPermWrite : config.perm,
          .topic_sys_flag = config.sys_flag};
}

}  // namespace

Result<RegistrationAnswer> RouteTable::Register(const Registration& registration,
                                                const RegistrationRules& rules, int64_t now_ms) {
  MutexLock lock(mutex_);
  const AddressKey key{registration.cluster, registration.address};
  if (OutdatedBy(registration)) {
    live_.erase(key);
    return RegistrationAnswer{};
  }

  const auto known = brokers_.find(registration.broker_name);
  const bool id_known =
      known != brokers_.end() && known->second.addresses.contains(registration.broker_id);
  if (!id_known && registration.topics.size() == 1)
    return Fail(ErrorCode::kUnavailable,
                "register broker failed: the first registration of broker {} with id {} names only "
                "the topic {}, which is taken for an increment; register all topics first",
                registration.broker_name, registration.broker_id, registration.topics.front().name);

  bool changed = false;
  model::BrokerRoute& broker = brokers_[registration.broker_name];
  if (known == brokers_.end()) {
    broker.cluster = registration.cluster;
    broker.broker_name = registration.broker_name;
    changed = true;
  }
  changed |= clusters_[registration.cluster].insert(registration.broker_name).second;
  const bool knows_acting_masters = registration.enable_acting_master.has_value();
  changed |=
      SetIfOther(broker.enable_acting_master, registration.enable_acting_master.value_or(false));
  changed |= SetIfOther(broker.zone_name, registration.zone_name);
  // A slave that became the master keeps its address: it must not stay under its old id as well.
  changed |=
      std::erase_if(broker.addresses, [&](const auto& member) {
        return member.second == registration.address && member.first != registration.broker_id;
      }) > 0;
  changed |= SetIfOther(broker.addresses[registration.broker_id], registration.address);

  // Topics are the master's, or those of the slave that stands in for it.
  const bool is_master = registration.broker_id == model::kMasterId;
  const bool is_prime_slave = knows_acting_masters && !is_master &&
                              registration.broker_id == broker.addresses.begin()->first;
  if (changed) Changed();
  if (is_master || is_prime_slave)
    ApplyTopics(registration, rules, !id_known, is_prime_slave && broker.enable_acting_master);

  const bool is_new = !live_.contains(key);
  Live& live = live_[key];
  live.last_ms = now_ms;
  live.timeout_ms = registration.heartbeat_timeout_ms.value_or(kBrokerTimeoutMs);
  live.version = registration.version;
  live.ha_address = registration.ha_address;
  live.session = registration.session;
  live.session_id = registration.session_id;
  if (registration.filter_servers && SetIfOther(live.filter_servers, *registration.filter_servers))
    Changed();
  if (is_new)
    PINTLE_LOG(kInfo, "name server: broker {} id {} of cluster {} registered with {}",
               registration.broker_name, registration.broker_id, registration.cluster,
               registration.address);

  RegistrationAnswer answer;
  const auto master = broker.addresses.find(model::kMasterId);
  if (!is_master && master != broker.addresses.end()) {
    const auto master_live = live_.find({registration.cluster, master->second});
    if (master_live != live_.end()) {
      answer.master_address = master->second;
      answer.master_ha_address = master_live->second.ha_address;
    }
  }
  return answer;
}

// Two processes claim one broker id. The one with the newer state version is right; this happens
// when a master that was replaced comes back and does not know it yet.
bool RouteTable::OutdatedBy(const Registration& registration) const {
  const auto broker = brokers_.find(registration.broker_name);
  if (broker == brokers_.end()) return false;
  const auto holder = broker->second.addresses.find(registration.broker_id);
  if (holder == broker->second.addresses.end() || holder->second == registration.address)
    return false;
  const auto live = live_.find({registration.cluster, holder->second});
  if (live == live_.end() ||
      live->second.version.state_version <= registration.version.state_version)
    return false;
  PINTLE_LOG(kWarn,
             "name server: {} claims id {} of broker {}, which {} holds with state version {}; "
             "the claim with state version {} is ignored",
             registration.address, registration.broker_id, registration.broker_name, holder->second,
             live->second.version.state_version, registration.version.state_version);
  return true;
}

void RouteTable::ApplyTopics(const Registration& registration, const RegistrationRules& rules,
                             bool first, bool wipe_write) {
  const std::string& broker_name = registration.broker_name;
  if (rules.delete_missing_topics && registration.queue_mappings.empty())
    DeleteMissingTopics(registration);

  const auto live = live_.find({registration.cluster, registration.address});
  const bool news = first || live == live_.end() || live->second.version != registration.version;
  for (const model::TopicConfig& config : registration.topics) {
    if (!news) {
      // Nothing changed at the broker, but the topic may have been deleted here.
      const auto topic = topics_.find(config.name);
      if (topic != topics_.end() && topic->second.contains(broker_name)) continue;
    }
    ApplyTopic(broker_name, config, wipe_write);
  }
  if (!news) return;
  for (const auto& [topic, mapping] : registration.queue_mappings)
    if (SetIfOther(mappings_[topic][mapping.first], mapping.second)) Changed();
}

void RouteTable::DeleteMissingTopics(const Registration& registration) {
  std::set<std::string_view> named;
  for (const model::TopicConfig& config : registration.topics) named.insert(config.name);
  for (auto topic = topics_.begin(); topic != topics_.end();) {
    if (!named.contains(topic->first) && topic->second.erase(registration.broker_name) > 0) {
      Changed();
      PINTLE_LOG(kInfo, "name server: broker {} has topic {} no more", registration.broker_name,
                 topic->first);
    }
    topic = topic->second.empty() ? topics_.erase(topic) : std::next(topic);
  }
}

void RouteTable::ApplyTopic(const std::string& broker_name, const model::TopicConfig& config,
                            bool wipe_write) {
  const model::QueueRoute queue = QueueRouteOf(broker_name, config, wipe_write);
  if (SetIfOther(topics_[config.name][broker_name], queue)) Changed();
}

void RouteTable::Unregister(const std::string& cluster, const std::string& broker_name,
                            const std::string& address) {
  MutexLock lock(mutex_);
  UnregisterLocked({cluster, address}, broker_name);
}

void RouteTable::UnregisterLocked(const AddressKey& key, const std::string& broker_name) {
  live_.erase(key);
  const auto broker = brokers_.find(broker_name);
  if (broker == brokers_.end()) return;
  const size_t removed = std::erase_if(
      broker->second.addresses, [&](const auto& member) { return member.second == key.address; });
  if (removed == 0) return;
  Changed();
  PINTLE_LOG(kInfo, "name server: {} of broker {} is gone", key.address, broker_name);
  if (!broker->second.addresses.empty()) {
    WipeWithoutMaster(broker_name);
    return;
  }
  const std::string home = broker->second.cluster;
  brokers_.erase(broker);
  for (const std::string& cluster : {home, key.cluster}) {
    const auto names = clusters_.find(cluster);
    if (names == clusters_.end()) continue;
    names->second.erase(broker_name);
    if (names->second.empty()) clusters_.erase(names);
  }
  DropQueues(broker_name);
}

void RouteTable::DropQueues(const std::string& broker_name) {
  for (auto topic = topics_.begin(); topic != topics_.end();) {
    topic->second.erase(broker_name);
    if (topic->second.empty()) mappings_.erase(topic->first);
    topic = topic->second.empty() ? topics_.erase(topic) : std::next(topic);
  }
}

// Slaves alone take no messages. Where they may act as the master, the queues say so.
void RouteTable::WipeWithoutMaster(const std::string& broker_name) {
  const model::BrokerRoute& broker = brokers_.at(broker_name);
  if (!broker.enable_acting_master || broker.addresses.contains(model::kMasterId)) return;
  ChangePermission(broker_name, true);
}

bool RouteTable::Touch(const std::string& cluster, const std::string& address, int64_t now_ms) {
  MutexLock lock(mutex_);
  const auto live = live_.find({cluster, address});
  if (live == live_.end()) return false;
  live->second.last_ms = now_ms;
  return true;
}

std::vector<std::weak_ptr<remoting::Session>> RouteTable::Expire(int64_t now_ms) {
  MutexLock lock(mutex_);
  std::vector<AddressKey> expired;
  std::vector<std::weak_ptr<remoting::Session>> sessions;
  for (const auto& [key, live] : live_) {
    if (live.last_ms + live.timeout_ms >= now_ms) continue;
    PINTLE_LOG(kWarn, "name server: no sign of life from {} of cluster {} for {} ms, limit {} ms",
               key.address, key.cluster, now_ms - live.last_ms, live.timeout_ms);
    expired.push_back(key);
    sessions.push_back(live.session);
  }
  for (const AddressKey& key : expired) UnregisterLocked(key, BrokerNameOf(key));
  return sessions;
}

void RouteTable::OnSessionClosed(uint64_t session_id) {
  MutexLock lock(mutex_);
  std::vector<AddressKey> gone;
  for (const auto& [key, live] : live_)
    if (live.session_id == session_id) gone.push_back(key);
  for (const AddressKey& key : gone) UnregisterLocked(key, BrokerNameOf(key));
}

std::string RouteTable::BrokerNameOf(const AddressKey& key) const {
  for (const auto& [name, broker] : brokers_) {
    if (broker.cluster != key.cluster) continue;
    for (const auto& [id, address] : broker.addresses)
      if (address == key.address) return name;
  }
  return {};
}

std::optional<model::DataVersion> RouteTable::VersionOf(const std::string& cluster,
                                                        const std::string& address) const {
  MutexLock lock(mutex_);
  const auto live = live_.find({cluster, address});
  if (live == live_.end()) return std::nullopt;
  return live->second.version;
}

Status RouteTable::RegisterTopic(const std::string& topic,
                                 const std::vector<model::QueueRoute>& queues) {
  MutexLock lock(mutex_);
  for (const model::QueueRoute& queue : queues)
    if (!brokers_.contains(queue.broker_name))
      return Fail(ErrorCode::kNotFound, "topic {}: broker {} has not registered", topic,
                  queue.broker_name);
  for (const model::QueueRoute& queue : queues)
    if (SetIfOther(topics_[topic][queue.broker_name], queue)) Changed();
  return {};
}

void RouteTable::DeleteTopic(const std::string& topic) {
  MutexLock lock(mutex_);
  mappings_.erase(topic);
  if (topics_.erase(topic) > 0) Changed();
}

void RouteTable::DeleteTopic(const std::string& topic, const std::string& cluster) {
  MutexLock lock(mutex_);
  const auto names = clusters_.find(cluster);
  const auto queues = topics_.find(topic);
  if (names == clusters_.end() || queues == topics_.end()) return;
  for (const std::string& broker_name : names->second)
    if (queues->second.erase(broker_name) > 0) Changed();
  if (!queues->second.empty()) return;
  mappings_.erase(topic);
  topics_.erase(queues);
}

int32_t RouteTable::WipeWritePermission(const std::string& broker_name) {
  MutexLock lock(mutex_);
  return ChangePermission(broker_name, true);
}

int32_t RouteTable::AddWritePermission(const std::string& broker_name) {
  MutexLock lock(mutex_);
  return ChangePermission(broker_name, false);
}

int32_t RouteTable::ChangePermission(const std::string& broker_name, bool wipe) {
  int32_t topics = 0;
  for (auto& [topic, queues] : topics_) {
    const auto queue = queues.find(broker_name);
    if (queue == queues.end()) continue;
    queue->second.perm =
        wipe ? queue->second.perm & ~model::kPermWrite : model::kPermRead | model::kPermWrite;
    ++topics;
  }
  if (topics > 0) Changed();
  return topics;
}

std::optional<model::TopicRoute> RouteTable::Find(const std::string& topic,
                                                  bool acting_master) const {
  MutexLock lock(mutex_);
  const auto queues = topics_.find(topic);
  if (queues == topics_.end()) return std::nullopt;
  model::TopicRoute route;
  for (const auto& [broker_name, queue] : queues->second) {
    route.queues.push_back(queue);
    const auto broker = brokers_.find(broker_name);
    if (broker == brokers_.end()) continue;
    model::BrokerRoute& member = route.brokers.emplace_back(broker->second);
    for (const auto& [id, address] : member.addresses) {
      const auto live = live_.find({member.cluster, address});
      if (live != live_.end() && !live->second.filter_servers.empty())
        route.filter_servers[address] = live->second.filter_servers;
    }
    const bool without_master =
        !member.addresses.empty() && !member.addresses.contains(model::kMasterId);
    if (acting_master && without_master && member.enable_acting_master &&
        (queue.perm & model::kPermWrite) == 0 && !topic.starts_with(kMemberSyncTopicPrefix)) {
      auto acting = member.addresses.extract(member.addresses.begin());
      acting.key() = model::kMasterId;
      member.addresses.insert(std::move(acting));
    }
  }
  if (route.brokers.empty()) return std::nullopt;
  const auto mapping = mappings_.find(topic);
  if (mapping != mappings_.end()) route.queue_mappings = mapping->second;
  return route;
}

std::vector<std::string> RouteTable::Topics() const {
  MutexLock lock(mutex_);
  std::vector<std::string> names;
  names.reserve(topics_.size());
  for (const auto& [topic, queues] : topics_) names.push_back(topic);
  return names;
}

std::vector<std::string> RouteTable::TopicsOfCluster(const std::string& cluster) const {
  MutexLock lock(mutex_);
  std::vector<std::string> names;
  const auto brokers = clusters_.find(cluster);
  if (brokers == clusters_.end()) return names;
  for (const auto& [topic, queues] : topics_)
    if (std::ranges::any_of(brokers->second,
                            [&](const std::string& name) { return queues.contains(name); }))
      names.push_back(topic);
  return names;
}

std::vector<std::string> RouteTable::TopicsOfUnits(UnitTopics which) const {
  MutexLock lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [topic, queues] : topics_) {
    const int32_t flag = queues.begin()->second.topic_sys_flag;
    const bool unit = (flag & 1) != 0;
    const bool subscription = (flag & 2) != 0;
    bool wanted = false;
    switch (which) {
      case UnitTopics::kUnit:
        wanted = unit;
        break;
      case UnitTopics::kUnitSubscription:
        wanted = subscription;
        break;
      case UnitTopics::kUnitSubscriptionOnly:
        wanted = subscription && !unit;
        break;
    }
    if (wanted) names.push_back(topic);
  }
  return names;
}

ClusterTable RouteTable::Clusters() const {
  MutexLock lock(mutex_);
  return {.brokers = brokers_, .clusters = clusters_};
}

std::map<int64_t, std::string> RouteTable::Members(const std::string& broker_name) const {
  MutexLock lock(mutex_);
  const auto broker = brokers_.find(broker_name);
  if (broker == brokers_.end()) return {};
  return broker->second.addresses;
}

std::vector<std::string> RouteTable::Nearest(const std::string& topic, size_t max) const {
  NearestNames nearest(topic, max);
  MutexLock lock(mutex_);
  size_t seen = 0;
  for (const auto& [name, queues] : topics_) {
    if (++seen > kNearestCandidatesMax) break;
    if (!model::IsSystemTopic(name)) nearest.Offer(name);
  }
  return nearest.Take();
}

}  // namespace pintle::namesrv
