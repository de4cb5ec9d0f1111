// A network in memory and virtual time, for tests of what runs on one.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "net/sim_loop.h"
#include "net/transport.h"

namespace pintle::net {

struct SimNetworkOptions {
  int64_t latency_min_us = 20;
  int64_t latency_max_us = 500;    // drawn anew for each piece; pieces of a stream keep their order
  size_t buffer_bytes = 64 << 10;  // under way and unread, per direction; then writing waits
  bool tear = true;                // reads and writes take part of what they could, now and then
};

class SimEnd;
class SimListener;

// Machines are names: a listener at "broker-a:10911" belongs to the machine "broker-a", a stream
// that a loop opened to the machine of that loop. A port of 0 is chosen. Everything is drawn from
// the scheduler's seed.
// Threads: the scheduler's. Outlives its streams and listeners.
class SimTransport final : public Transport {
 public:
  SimTransport(SimScheduler& scheduler, SimNetworkOptions options);
  ~SimTransport() override;

  Result<std::unique_ptr<Listener>> Listen(
      Loop& loop, const Endpoint& at, std::function<Loop&()> pick_loop,
      std::function<void(Loop&, std::unique_ptr<Stream>)> accepted) override;
  Task<Result<std::unique_ptr<Stream>>> Connect(Loop& loop, Endpoint to,
                                                int64_t timeout_ms) override;

  // Nothing gets through between the two machines, either way, until Heal(): neither side is told.
  // What is on its way arrives then. One-sided: only from `a` to `b`.
  void Partition(const std::string& a, const std::string& b, bool one_sided = false);
  void Heal();
  // Every stream of the machine breaks at both ends, as when its process is killed.
  void Reset(const std::string& host);

 private:
  friend class SimEnd;
  friend class SimListener;
  class Connecting;
  struct ConnectAwaiter;

  int64_t DrawLatencyNs();
  // Part of `bytes`, at least one, when tearing.
  size_t Tear(size_t bytes);
  // Runs `arrive` on `to` after the latency, not before `not_before_ns`, once `from` reaches `to`.
  // Returns when that is without a partition.
  int64_t Carry(const std::string& from, SimLoop& to, int64_t not_before_ns, Work arrive);
  void Arrive(std::pair<std::string, std::string> way, SimLoop& to, Work arrive);
  std::shared_ptr<SimListener> FindListener(const Endpoint& at) const;

  struct Held {
    std::pair<std::string, std::string> way;
    SimLoop* to;
    Work arrive;
  };

  SimScheduler& scheduler_;
  const SimNetworkOptions options_;
  std::map<std::string, std::weak_ptr<SimListener>> listeners_;  // by "host:port"
  std::vector<std::weak_ptr<SimEnd>> ends_;
  std::set<std::pair<std::string, std::string>> partitioned_;  // from, to
  std::vector<Held> held_;                                     // by partitions, in order
  uint16_t next_port_ = 20'000;
};

}  // namespace pintle::net
