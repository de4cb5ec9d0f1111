// Looks at and changes a cluster, through its name servers and brokers.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/client_runtime.h"
#include "model/route.h"
#include "pintle/client_options.h"
#include "pintle/error.h"

namespace pintle::admin {

using client::Result;
using client::Status;

// What a topic is to look like. Created on every broker of the cluster, or on one.
struct TopicSpec {
  std::string name;
  int32_t read_queues = 8;
  int32_t write_queues = 8;
  int32_t perm = 6;
  bool order = false;
  std::map<std::string, std::string> attributes;
  std::string cluster;  // empty: every cluster that the name server knows
  std::string broker;   // a broker name; empty: every broker
};

// One queue of a topic with what it holds.
struct QueueStatus {
  std::string broker_name;
  int32_t queue_id = 0;
  int64_t min_offset = 0;
  int64_t max_offset = 0;      // one past the last
  int64_t last_update_ms = 0;  // 0: no message
};

struct TopicDescription {
  std::string name;
  model::TopicRoute route;
  std::vector<QueueStatus> queues;  // by broker name and queue id
};

// One member of one broker set.
struct BrokerStatus {
  std::string cluster;
  std::string broker_name;
  int64_t broker_id = 0;
  std::string address;
  bool reachable = false;
  std::map<std::string, std::string> runtime;  // as the broker tells; empty when unreachable
};

// Threads: any thread.
class ClusterAdmin {
 public:
  static Result<std::unique_ptr<ClusterAdmin>> Connect(client::ClientOptions options);
  ~ClusterAdmin();

  // Names of all topics, sorted; the brokers' own ones only with `with_system`.
  Result<std::vector<std::string>> Topics(bool with_system);
  // Creates the topic, or changes it to the spec where it exists. Returns the brokers' names.
  Result<std::vector<std::string>> CreateTopic(const TopicSpec& spec);
  // kNoRoute when no name server knows it.
  Result<TopicDescription> DescribeTopic(const std::string& topic);
  // From every broker that has it, then from the name servers. kNoRoute when it does not exist.
  Status DeleteTopic(const std::string& topic);
  // Every broker of every cluster, with what it tells of itself.
  Result<std::vector<BrokerStatus>> Brokers();
  // Takes the broker's queues off the routes for writing, or gives them back, at every name server:
  // producers leave it alone, consumers go on. Until the broker registers changed topics or
  // restarts. Returns how many topics it concerns; kNotFound when no name server knows the broker.
  Result<int32_t> SetWritable(const std::string& broker_name, bool writable);

 private:
  explicit ClusterAdmin(std::unique_ptr<client::ClientRuntime> runtime);

  // On the runtime's loop:
  net::Task<Result<client::Answer>> AskNameServer(remoting::Request request);
  net::Task<Status> TellNameServers(remoting::Request request);
  net::Task<Result<std::vector<std::string>>> ListTopics(bool with_system);
  net::Task<Result<std::vector<BrokerStatus>>> ListBrokers(bool with_runtime);
  net::Task<Result<std::vector<std::string>>> Create(TopicSpec spec);
  net::Task<Result<TopicDescription>> Describe(std::string topic);
  net::Task<Status> Delete(std::string topic);
  net::Task<Result<int32_t>> ChangeWritable(std::string broker_name, bool writable);

  std::unique_ptr<client::ClientRuntime> runtime_;
};

}  // namespace pintle::admin
