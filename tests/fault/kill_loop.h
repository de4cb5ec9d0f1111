// Load, kill -9, start again, compare with the ledger; many times on one store.
#pragma once

#include <cstdint>
#include <string>

namespace pintle::testing {

struct KillLoopOptions {
  std::string flush = "async";  // store.flush
  int32_t rounds = 25;
  uint64_t seed = 1;
};

// True when nothing that was acknowledged is missing or changed. Every tenth round stops the broker
// in order, and reads everything again from the beginning.
bool RunKillLoop(const KillLoopOptions& options);

}  // namespace pintle::testing
