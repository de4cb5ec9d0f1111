// Randomness, as a seam: a run is reproduced from its seed.
#pragma once

#include <cstdint>

namespace pintle {

// xoshiro256** (Blackman and Vigna, 2018), seeded through splitmix64. Not for secrets.
// Threads: one thread, the owner.
class Random {
 public:
  explicit Random(uint64_t seed);
  // Seeded from the operating system.
  static Random FromSystem();

  uint64_t Next();
  // Uniform in [0, bound). `bound` > 0.
  uint64_t Below(uint64_t bound);
  // Uniform in [0, 1).
  double Unit();
  // True once in `n` times on average. `n` > 0.
  bool OneIn(uint64_t n) { return Below(n) == 0; }

 private:
  uint64_t state_[4];
};

}  // namespace pintle
