// What the sessions of one loop count, and the memory that they share.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/histogram.h"
#include "base/scratch_arena.h"
#include "net/loop.h"
#include "remoting/codes.h"
#include "remoting/command.h"

namespace pintle::remoting {

// Threads: its loop.
class ServerLoop {
 public:
  // `entries` rows of the dispatch table, and one more for requests that have none.
  ServerLoop(net::Loop& own_loop, size_t entries) : loop(own_loop), counts_(entries + 1) {}

  struct Counts {
    int64_t requests = 0;
    int64_t errors = 0;
    std::unique_ptr<Histogram> latency_ns;  // made by the first request
  };

  void Record(uint16_t entry, int64_t latency_ns, ResponseCode code) {
    Counts& counts = counts_[entry];
    ++counts.requests;
    if (code == ResponseCode::kSystemError || code == ResponseCode::kSystemBusy) ++counts.errors;
    if (counts.latency_ns == nullptr) [[unlikely]]
      counts.latency_ns = std::make_unique<Histogram>();
    counts.latency_ns->Record(latency_ns);
  }
  const std::vector<Counts>& counts() const { return counts_; }

  net::Loop& loop;
  // A request is decoded into these; what outlives the call into its handler is copied.
  ScratchArena arena;
  Command command;
  // When the request that is being served began; the end of the one before it.
  int64_t now_ns = 0;

 private:
  std::vector<Counts> counts_;
};

}  // namespace pintle::remoting
