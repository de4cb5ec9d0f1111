// The two kinds of connections of a load generator.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "client/load/load_frames.h"
#include "client/load/load_options.h"
#include "net/connection.h"
#include "net/protocol.h"

namespace pintle::client {

// What the connections of one loop count together. Only what falls into the window counts.
// Threads: its loop; the atomics any thread.
struct LoadCounts {
  LoadReport report;                 // its counts and histograms; the rest is the run's
  std::atomic<int64_t> produced{0};  // since the start, for progress
  std::atomic<int64_t> consumed{0};
  int64_t last_consumed_ns = 0;
  int64_t window_begin_ns = 0;
  int64_t window_end_ns = 0;
  bool stopping = false;
  uint64_t serial = 0;

  bool InWindow(int64_t now_ns) const {
    return now_ns >= window_begin_ns && now_ns < window_end_ns;
  }
};

// Sends to its queues in turn; each answer to a closed loop's request sends the next one.
class ProducerProtocol final : public net::Protocol {
 public:
  ProducerProtocol(net::Connection& connection, const LoadOptions& options,
                   const std::vector<SendTemplate>& templates, LoadCounts& counts,
                   const Clock& clock);

  // Fills the window of a closed loop.
  void StartClosedLoop();
  // Sends one request that was due at `due_ns`; false when too many are under way.
  bool SendDue(int64_t due_ns);

  pintle::Result<size_t> OnBytes(ByteView in) override;
  size_t BytesWanted() const override { return wanted_; }
  void OnClosed(const pintle::Error& reason) override;

 private:
  void Send(int32_t slot, int64_t sent_ns, int64_t born_ms);
  void Take(const ScannedAnswer& answer, int64_t now_ns);

  net::Connection& connection_;
  const LoadOptions& options_;
  const std::vector<SendTemplate>& templates_;
  LoadCounts& counts_;
  const Clock& clock_;
  size_t wanted_ = 1;
  size_t turn_;
  std::vector<int64_t> sent_ns_;     // by slot; 0: free
  std::vector<int32_t> free_slots_;  // open loop
};

// Keeps one pull under way on each of its queues.
class ConsumerProtocol final : public net::Protocol {
 public:
  struct Queue {
    const PullTemplate* pull = nullptr;
    int64_t start = 0;
    int64_t offset = 0;  // of the next pull
    bool ended = false;
  };

  ConsumerProtocol(net::Connection& connection, const LoadOptions& options,
                   std::vector<Queue> queues, LoadCounts& counts, const Clock& clock);
  void Start();
  // True when every queue was read to its end (only without `hold`).
  bool ended() const { return open_ == 0; }

  pintle::Result<size_t> OnBytes(ByteView in) override;
  size_t BytesWanted() const override { return wanted_; }
  void OnClosed(const pintle::Error& reason) override;

 private:
  void Pull(int32_t slot);
  void Take(const ScannedAnswer& answer, int64_t now_ns);

  net::Connection& connection_;
  const LoadOptions& options_;
  std::vector<Queue> queues_;
  LoadCounts& counts_;
  const Clock& clock_;
  size_t wanted_ = 1;
  size_t open_;
};

}  // namespace pintle::client
