// pintle cluster status, drain, resume.

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <memory>
#include <string>

#include "admin/cluster_admin.h"
#include "cli/commands.h"
#include "cli/common_options.h"
#include "cli/output.h"

namespace pintle::cli {

namespace {

std::string Told(const admin::BrokerStatus& broker, const char* key) {
  const auto at = broker.runtime.find(key);
  return at == broker.runtime.end() ? "-" : at->second;
}

// The ten-second rate: the first of the three that a broker tells.
std::string Rate(const admin::BrokerStatus& broker, const char* key) {
  const std::string all = Told(broker, key);
  const size_t begin = std::min(all.find_first_not_of(' '), all.size());
  return all.substr(begin, all.find(' ', begin) - begin);
}

// What a broker says of groups whose members want different things.
void PrintConflicts(const std::vector<admin::BrokerStatus>& brokers) {
  constexpr std::string_view kConflict = "subscriptionConflict_";
  for (const admin::BrokerStatus& broker : brokers) {
    for (const auto& [name, value] : broker.runtime) {
      if (name.starts_with(kConflict))
        fmt::print("broker {}, group {}: {}\n", broker.broker_name, name.substr(kConflict.size()),
                   value);
    }
  }
}

int ClusterStatus(const CommonOptions& common) {
  auto admin = admin::ClusterAdmin::Connect(common.ToClientOptions());
  if (!admin) return Complain("cluster status", admin.error());
  auto brokers = (*admin)->Brokers();
  if (!brokers) return Complain("cluster status", brokers.error());
  bool all_reachable = true;
  boost::json::array out;
  std::vector<std::vector<std::string>> rows;
  for (const admin::BrokerStatus& broker : *brokers) {
    all_reachable = all_reachable && broker.reachable;
    boost::json::object runtime;
    for (const auto& [name, value] : broker.runtime) runtime[name] = value;
    out.push_back(boost::json::object{{"cluster", broker.cluster},
                                      {"brokerName", broker.broker_name},
                                      {"brokerId", broker.broker_id},
                                      {"address", broker.address},
                                      {"reachable", broker.reachable},
                                      {"runtime", runtime}});
    rows.push_back({broker.cluster, broker.broker_name, std::to_string(broker.broker_id),
                    broker.address, broker.reachable ? Told(broker, "brokerVersionDesc") : "down",
                    Rate(broker, "putTps"), Rate(broker, "getTransferredTps"),
                    Told(broker, "commitLogDiskRatio")});
  }
  if (common.format == OutputFormat::kJson) {
    fmt::print("{}\n", boost::json::serialize(out));
  } else {
    PrintTable({"CLUSTER", "BROKER", "ID", "ADDRESS", "VERSION", "IN/S", "OUT/S", "DISK"}, rows);
    PrintConflicts(*brokers);
  }
  return all_reachable ? 0 : 1;
}

struct WritableOptions {
  CommonOptions common;
  std::string broker;
};

int SetWritable(const WritableOptions& options, bool writable) {
  const char* const command = writable ? "cluster resume" : "cluster drain";
  auto admin = admin::ClusterAdmin::Connect(options.common.ToClientOptions());
  if (!admin) return Complain(command, admin.error());
  auto topics = (*admin)->SetWritable(options.broker, writable);
  if (!topics) return Complain(command, topics.error());
  if (options.common.format == OutputFormat::kJson) {
    fmt::print("{}\n",
               boost::json::serialize(boost::json::object{
                   {"broker", options.broker}, {"writable", writable}, {"topics", *topics}}));
  } else {
    fmt::print("broker {}: {} topics {} written to\n", options.broker, *topics,
               writable ? "are" : "are not");
  }
  return 0;
}

void AddSetWritable(CLI::App& cluster, Context& context, bool writable) {
  auto options = std::make_shared<WritableOptions>();
  CLI::App* command =
      writable ? cluster.add_subcommand("resume", "Producers may use a drained broker again")
               : cluster.add_subcommand(
                     "drain", "Producers leave a broker alone, consumers empty it: before a stop");
  command->add_option("BROKER", options->broker, "Its name")->required();
  AddCommonOptions(*command, options->common);
  command->footer(writable ? "Example:\n  pintle cluster resume broker-b"
                           : "Example:\n  pintle cluster drain broker-b");
  command->callback(
      [options, writable, &context] { context.exit_code = SetWritable(*options, writable); });
}

}  // namespace

void AddCluster(CLI::App& app, Context& context) {
  auto common = std::make_shared<CommonOptions>();
  CLI::App* cluster = app.add_subcommand("cluster", "Look at a cluster, drain its brokers");
  cluster->require_subcommand(1);
  CLI::App* status = cluster->add_subcommand("status", "Every broker and what it tells of itself");
  AddCommonOptions(*status, *common);
  status->footer("Example:\n  pintle cluster status -o json\nExit code 1 when a broker is down.");
  status->callback([common, &context] { context.exit_code = ClusterStatus(*common); });
  AddSetWritable(*cluster, context, false);
  AddSetWritable(*cluster, context, true);
}

}  // namespace pintle::cli
