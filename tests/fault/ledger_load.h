// Sends of every kind at once, written into a ledger.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/fault/ledger.h"

namespace pintle::testing {

// The topic whose queues keep the order of their messages' numbers.
inline constexpr char kOrderedTopic[] = "ledger-ordered";

// One thread each: single sends, a stream of asynchronous ones, ordered ones to chosen queues, and
// batches. Nothing is sent twice, so that a message that stands twice is the broker's fault.
//
// Threads: one thread, the owner.
class LedgerLoad {
 public:
  LedgerLoad(std::string name_server, Ledger& ledger);
  ~LedgerLoad();
  LedgerLoad(const LedgerLoad&) = delete;
  LedgerLoad& operator=(const LedgerLoad&) = delete;

  // Returns when every send has its outcome.
  void Stop();

 private:
  void SendSingles();
  void SendStream();
  void SendOrdered();
  void SendBatches();

  const std::string name_server_;
  Ledger& ledger_;
  std::atomic<bool> stopping_{false};
  std::vector<std::thread> threads_;
};

}  // namespace pintle::testing
