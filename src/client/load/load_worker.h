// One loop's part of a load.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "client/load/load_connection.h"
#include "client/load/load_options.h"
#include "net/loop.h"
#include "net/transport.h"

namespace pintle::client {

// What one worker is to open: producers by the broker they go to, consumers by their queues
// (indices into the targets, all of one broker).
struct LoadShare {
  std::vector<std::string> producers;
  std::vector<std::vector<size_t>> consumers;
};

// Threads: its loop, but for what says otherwise.
class LoadWorker {
 public:
  LoadWorker(const LoadOptions& options, net::Loop& loop, net::Transport& transport,
             const Clock& clock, uint64_t first_serial);

  net::Loop& loop() const { return loop_; }  // any thread
  const LoadCounts& counts() const { return counts_; }

  net::Task<pintle::Status> Connect(LoadShare share);
  // `rate`: messages a second of this worker's producers; 0 is a closed loop.
  void Start(int64_t begin_ns, int64_t end_ns, double rate);
  // When the last message came, for a worker with consumers only once every queue is at its end.
  std::optional<int64_t> EndedNs() const;
  void Stop();

  // Processor time of the loop's thread between the two, in seconds.
  void MarkCpu();
  double CpuSinceMark() const;

 private:
  net::Task<pintle::Result<std::unique_ptr<net::Stream>>> Dial(std::string address);
  // Sends what is due and comes back when the next one is.
  void Tick();

  const LoadOptions& options_;
  net::Loop& loop_;
  net::Transport& transport_;
  const Clock& clock_;
  LoadCounts counts_;
  std::map<std::string, std::vector<SendTemplate>> sends_;  // by address
  std::vector<PullTemplate> pulls_;                         // by target
  std::vector<std::shared_ptr<net::Connection>> connections_;
  std::vector<ProducerProtocol*> producers_;  // owned by their connections
  std::vector<ConsumerProtocol*> consumers_;
  double cpu_mark_ = 0;
  // Open loop:
  double interval_ns_ = 0;
  int64_t open_start_ns_ = 0;
  int64_t due_count_ = 0;
};

}  // namespace pintle::client
