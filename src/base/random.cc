#include "base/random.h"

#include <unistd.h>

#include <bit>

#include "base/check.h"

namespace pintle {

Random::Random(uint64_t seed) {
  // splitmix64 spreads any seed, zero included, over the whole state.
  for (uint64_t& word : state_) {
    seed += 0x9e3779b97f4a7c15u;
    uint64_t z = seed;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    word = z ^ (z >> 31);
  }
}

Random Random::FromSystem() {
  uint64_t seed = 0;
  PINTLE_CHECK(::getentropy(&seed, sizeof seed) == 0, "the system gives no entropy");
  return Random(seed);
}

uint64_t Random::Next() {
  const uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

uint64_t Random::Below(uint64_t bound) {
  PINTLE_CHECK(bound > 0);
  // The lowest 2^64 mod bound values would favour small results: draw again.
  const uint64_t threshold = (0 - bound) % bound;
  uint64_t value = Next();
  while (value < threshold) value = Next();
  return value % bound;
}

double Random::Unit() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }

}  // namespace pintle
