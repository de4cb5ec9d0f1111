// What the sessions of one loop count, and the memory that they share.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/histogram.h"
#include "base/scratch_arena.h"
#include "net/loop.h"
#include "remoting/codes.h"
#include "remoting/command.h"

namespace pintle::remoting {

// Requests that one read brought and that were answered before it ended leave in one write, so they
// share one latency: from the read to that write. It takes two looks at the clock for all of them.
// Threads: its loop.
class ServerLoop {
 public:
  struct Counts {
    int64_t requests = 0;
    int64_t errors = 0;
    std::unique_ptr<Histogram> latency_ns;  // made by the first request
  };
  // Requests in a row with one row of the table.
  struct Run {
    uint16_t entry = 0;
    int64_t requests = 0;
  };

  // `entries` rows of the dispatch table, and one more for requests that have none.
  ServerLoop(net::Loop& own_loop, size_t entries) : loop(own_loop), counts_(entries + 1) {}

  void BeginRead() {
    read_ns_ = loop.clock().MonotonicNs();
    runs_.clear();
  }
  int64_t read_ns() const { return read_ns_; }
  // Answered within the read.
  void NoteAnswer(uint16_t entry, ResponseCode code) {
    NoteError(entry, code);
    if (runs_.empty() || runs_.back().entry != entry) runs_.push_back({entry, 0});
    ++runs_.back().requests;
  }
  // Returns how long the read took; runs() says what it brought.
  int64_t EndRead() {
    const int64_t latency_ns = runs_.empty() ? 0 : loop.clock().MonotonicNs() - read_ns_;
    for (const Run& run : runs_) Record(run.entry, latency_ns, run.requests);
    return latency_ns;
  }
  std::span<const Run> runs() const { return runs_; }

  // Answered after its handler had suspended.
  void NoteLateAnswer(uint16_t entry, int64_t received_ns, ResponseCode code) {
    NoteError(entry, code);
    Record(entry, loop.clock().MonotonicNs() - received_ns, 1);
  }

  std::span<const Counts> counts() const { return counts_; }

  net::Loop& loop;
  // A request is decoded into these; what outlives the call into its handler is copied.
  ScratchArena arena;
  Command command;

 private:
  void NoteError(uint16_t entry, ResponseCode code) {
    if (code == ResponseCode::kSystemError || code == ResponseCode::kSystemBusy) [[unlikely]]
      ++counts_[entry].errors;
  }
  void Record(uint16_t entry, int64_t latency_ns, int64_t requests) {
    Counts& counts = counts_[entry];
    counts.requests += requests;
    if (counts.latency_ns == nullptr) [[unlikely]]
      counts.latency_ns = std::make_unique<Histogram>();
    counts.latency_ns->Record(latency_ns, requests);
  }

  std::vector<Counts> counts_;
  int64_t read_ns_ = 0;
  std::vector<Run> runs_;
};

}  // namespace pintle::remoting
