// What a broker does from time to time: writes tables that changed, takes off silent clients,
// forgets expired locks, samples its traffic.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "net/loop.h"

namespace pintle::broker {

// Threads: its loop.
class Upkeep {
 public:
  explicit Upkeep(net::Loop& loop) : loop_(loop) {}
  Upkeep(const Upkeep&) = delete;
  Upkeep& operator=(const Upkeep&) = delete;

  // Runs `work` every `interval_ms` once started. Before Start().
  void Every(int64_t interval_ms, std::function<void()> work);
  void Start();
  void Stop();

 private:
  struct Job {
    int64_t interval_ms = 0;
    std::function<void()> work;
    net::TimerId timer = net::TimerId::kNone;
  };

  void Arm(Job& job);

  net::Loop& loop_;
  bool running_ = false;
  std::vector<std::unique_ptr<Job>> jobs_;
};

}  // namespace pintle::broker
