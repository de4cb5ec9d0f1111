// The time by which messages grow old: the wall clock, as long as it keeps pace.
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace pintle::store {

// A wall clock that is set forward makes every message look old at once, and it may be set back a
// minute later. So what counts is the smaller of the wall clock and of the time that has passed
// since both agreed, by the monotonic clock. A jump forward is believed when it has lasted for a
// day; a clock that is set back only makes messages younger.
//
// Threads: one thread, the owner.
class CarefulClock {
 public:
  static constexpr int64_t kJumpMs = 60'000;  // less is the clock being kept right
  static constexpr int64_t kBelieveAfterMs = int64_t{24} * 3'600'000;

  explicit CarefulClock(const Clock& clock);

  // Looks at both clocks; to be called at least once a minute or so.
  int64_t NowMs();

 private:
  const Clock& clock_;
  int64_t agreed_wall_ms_;
  int64_t agreed_monotonic_ms_;
  int64_t ahead_since_ms_ = -1;  // monotonic; -1: the wall clock is not ahead
};

}  // namespace pintle::store
