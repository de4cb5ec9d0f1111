// pintle cluster status.

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
  }
  return all_reachable ? 0 : 1;
}

}  // namespace

void AddCluster(CLI::App& app, Context& context) {
  auto common = std::make_shared<CommonOptions>();
  CLI::App* cluster = app.add_subcommand("cluster", "Look at a cluster");
  cluster->require_subcommand(1);
  CLI::App* status = cluster->add_subcommand("status", "Every broker and what it tells of itself");
  AddCommonOptions(*status, *common);
  status->footer("Example:\n  pintle cluster status -o json\nExit code 1 when a broker is down.");
  status->callback([common, &context] { context.exit_code = ClusterStatus(*common); });
}

}  // namespace pintle::cli
