// Where a topic's queues are: what a name server tells a client.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace pintle::model {

inline constexpr int64_t kMasterId = 0;

// The members of one broker set: broker id -> "host:port".
struct BrokerRoute {
  std::string cluster;
  std::string broker_name;
  std::map<int64_t, std::string> addresses;
  bool enable_acting_master = false;
  std::string zone_name;

  friend bool operator==(const BrokerRoute&, const BrokerRoute&) = default;
};

struct QueueRoute {
  std::string broker_name;
  int32_t read_queues = 0;
  int32_t write_queues = 0;
  int32_t perm = 0;
  int32_t topic_sys_flag = 0;

  friend bool operator==(const QueueRoute&, const QueueRoute&) = default;
};

struct TopicRoute {
  std::string order_topic_conf;  // "broker-a:4;broker-b:4", empty when none
  std::vector<QueueRoute> queues;
  std::vector<BrokerRoute> brokers;
  // Broker address -> its filter servers, as brokers before 4.9 name them.
  std::map<std::string, std::vector<std::string>> filter_servers;
  // Static topics: broker name -> the JSON text of its queue mapping, passed on as it came.
  std::map<std::string, std::string> queue_mappings;

  friend bool operator==(const TopicRoute&, const TopicRoute&) = default;
};

}  // namespace pintle::model
