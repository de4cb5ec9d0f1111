#include "tests/system/cluster.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>
#include <utility>

#include "admin/cluster_admin.h"

namespace pintle::testing {

namespace {

constexpr int kLooks = 600;
constexpr auto kBetweenLooks = std::chrono::milliseconds(100);

}  // namespace

Cluster::Cluster(std::vector<std::string> settings)
    : settings_(std::move(settings)),
      name_server_({"namesrv", "--data-dir", folder_.path() + "/namesrv", "--set",
                    "namesrv.listen=127.0.0.1:0"}) {
  EXPECT_NE(name_server_.AwaitReady(), "");
  namesrv_address_ = name_server_.AddressOf("namesrv");
}

void Cluster::StartBroker(const std::string& name) {
  Member& member = brokers_[name];
  std::vector<std::string> arguments = {"broker", "--data-dir", folder_.path() + "/" + name};
  std::vector<std::string> settings = {"broker.name=" + name,
                                       "broker.cluster=tests",
                                       "broker.namesrv=" + namesrv_address_,
                                       "broker.listen=" + member.listen,
                                       "broker.vip=false",
                                       "store.segment_bytes=16MiB"};
  settings.insert(settings.end(), settings_.begin(), settings_.end());
  for (const std::string& setting : settings) arguments.insert(arguments.end(), {"--set", setting});
  member.process = std::make_unique<PintleProcess>(std::move(arguments));
  EXPECT_NE(member.process->AwaitReady(), "") << name;
  member.listen = member.process->AddressOf("broker");
  EXPECT_TRUE(AwaitRegistration(name));
}

bool Cluster::AwaitRegistration(const std::string& name) {
  auto admin = admin::ClusterAdmin::Connect(client());
  if (!admin) return false;
  for (int look = 0; look < kLooks; ++look) {
    if (const auto brokers = (*admin)->Brokers()) {
      for (const admin::BrokerStatus& broker : *brokers)
        if (broker.broker_name == name && broker.reachable) return true;
    }
    std::this_thread::sleep_for(kBetweenLooks);
  }
  return false;
}

void Cluster::StopBroker(const std::string& name) {
  PintleProcess& process = *brokers_.at(name).process;
  process.Signal(SIGTERM);
  EXPECT_EQ(process.Wait(), 0) << process.errors();
}

void Cluster::KillBroker(const std::string& name) {
  PintleProcess& process = *brokers_.at(name).process;
  process.Signal(SIGKILL);
  EXPECT_EQ(process.Wait(), -SIGKILL);
}

bool Cluster::AwaitRoute(const std::string& topic, const std::string& broker, int32_t read_queues,
                         int32_t write_queues) {
  auto admin = admin::ClusterAdmin::Connect(client());
  if (!admin) return false;
  std::string last;
  for (int look = 0; look < kLooks; ++look) {
    int32_t reads = -1;
    int32_t writes = -1;
    const auto told = (*admin)->DescribeTopic(topic);
    if (told) {
      for (const model::QueueRoute& at : told->route.queues) {
        if (at.broker_name != broker) continue;
        reads = (at.perm & model::kPermRead) != 0 ? at.read_queues : 0;
        writes = (at.perm & model::kPermWrite) != 0 ? at.write_queues : 0;
      }
    }
    const bool known = told || told.error().code == client::ErrorCode::kNoRoute;
    if (known && reads == read_queues && writes == write_queues) return true;
    last = told ? fmt::format("{} read and {} write queues", reads, writes) : told.error().message;
    std::this_thread::sleep_for(kBetweenLooks);
  }
  ADD_FAILURE() << "the route of " << topic << " at " << broker << " is: " << last;
  return false;
}

client::ClientOptions Cluster::client() const {
  client::ClientOptions options;
  options.name_servers = {namesrv_address_};
  options.route_refresh_ms = 200;
  options.heartbeat_ms = 1'000;
  return options;
}

}  // namespace pintle::testing
