// A name server and brokers of one cluster, each a process.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "pintle/client_options.h"
#include "tests/system/pintle_process.h"

namespace pintle::testing {

// Threads: one thread, the owner.
class Cluster {
 public:
  // Starts the name server. `settings` ("key=value") are for each broker.
  explicit Cluster(std::vector<std::string> settings = {});

  // Starts the broker, or starts it again where it was and with what it has. Returns when the name
  // server knows it.
  void StartBroker(const std::string& name);
  // SIGTERM, and awaits a clean end.
  void StopBroker(const std::string& name);
  void KillBroker(const std::string& name);
  // Until the name server tells of so many queues of the topic at the broker, -1: of none at all.
  // False after a minute.
  bool AwaitRoute(const std::string& topic, const std::string& broker, int32_t read_queues,
                  int32_t write_queues);

  const std::string& namesrv() const { return namesrv_address_; }
  // Of clients that hear soon of what changes.
  client::ClientOptions client() const;

 private:
  struct Member {
    std::string listen = "127.0.0.1:0";  // from the second start on the port that it had
    std::unique_ptr<PintleProcess> process;
  };
  // False after a minute.
  bool AwaitRegistration(const std::string& name);

  const TemporaryFolder folder_;
  const std::vector<std::string> settings_;
  PintleProcess name_server_;
  std::string namesrv_address_;
  std::map<std::string, Member> brokers_;
};

}  // namespace pintle::testing
