#include "store/careful_clock.h"

#include <algorithm>

#include "base/log.h"

namespace pintle::store {

CarefulClock::CarefulClock(const Clock& clock)
    : clock_(clock), agreed_wall_ms_(clock.WallMs()), agreed_monotonic_ms_(clock.MonotonicMs()) {}

int64_t CarefulClock::NowMs() {
  const int64_t wall = clock_.WallMs();
  const int64_t monotonic = clock_.MonotonicMs();
  const int64_t expected = agreed_wall_ms_ + (monotonic - agreed_monotonic_ms_);
  const int64_t ahead = wall - expected;
  if (ahead <= -kJumpMs) return wall;
  if (ahead >= kJumpMs) {
    if (ahead_since_ms_ < 0) {
      ahead_since_ms_ = monotonic;
      PINTLE_LOG(kWarn,
                 "store: the machine's clock went {} ms ahead: messages are not deleted for their "
                 "age by the new time before it has lasted for {} ms",
                 ahead, kBelieveAfterMs);
    }
    if (monotonic - ahead_since_ms_ < kBelieveAfterMs) return expected;
  }
  ahead_since_ms_ = -1;
  agreed_wall_ms_ = wall;
  agreed_monotonic_ms_ = monotonic;
  return wall;
}

}  // namespace pintle::store
