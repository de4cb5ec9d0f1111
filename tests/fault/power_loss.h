// A broker on a disk that loses its power, hangs, or fails, with the ledger.
#pragma once

#include <cstdint>
#include <string>

namespace pintle::testing {

struct PowerLossOptions {
  std::string flush = "sync";  // store.flush
  int32_t rounds = 10;
  uint64_t seed = 1;  // of the moments, and of what gets to the disk by chance
};

// Load, power cut, start again on what the disk still holds; many times on one store. True when the
// broker always starts, with sync everything acknowledged is there, and with async what was there
// after a start is still there, and so is everything after an orderly stop. Prints a SKIP line, and
// is true, where no file system can be mounted.
bool RunPowerLoss(const PowerLossOptions& options);

// A disk that hangs, once until the power is cut and once until it goes on, and one that fails.
// True when reads and administration went on, the broker stayed small, refused sends after the
// failure, and nothing acknowledged was lost.
bool RunBadDisk(uint64_t seed);

}  // namespace pintle::testing
