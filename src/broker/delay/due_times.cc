#include "broker/delay/due_times.h"

#include <algorithm>
#include <cstdlib>

namespace pintle::broker {
namespace {

// What the two clocks may differ before it is noted: less than anybody would notice, and enough
// that a slowly corrected clock makes no mark for each message.
constexpr int64_t kToleranceMs = 20;

}  // namespace

void DueTimes::Start(model::QueueOffset end, int64_t wall_ms, int64_t monotonic_ms) {
  MutexLock lock(mutex_);
  known_from_ = end;
  latest_ = monotonic_ms + delay_ms_;
  marks_.assign(1, {model::QueueOffset(0), monotonic_ms - wall_ms});
}

void DueTimes::OnStored(model::QueueOffset offset, int64_t store_timestamp, int64_t monotonic_ms) {
  const int64_t shift_ms = monotonic_ms - store_timestamp;
  MutexLock lock(mutex_);
  const Mark& last = marks_.back();
  // Two appenders may come here in the other order; the earlier one's time is as good.
  if (offset < last.from || std::abs(shift_ms - last.shift_ms) <= kToleranceMs) return;
  marks_.push_back({offset, shift_ms});
}

int64_t DueTimes::DueAt(model::QueueOffset offset, int64_t due_ms) {
  MutexLock lock(mutex_);
  while (marks_.size() > 1 && marks_[1].from <= offset) marks_.pop_front();
  const int64_t due = due_ms + marks_.front().shift_ms;
  return offset < known_from_ ? std::min(due, latest_) : due;
}

size_t DueTimes::marks() const {
  MutexLock lock(mutex_);
  return marks_.size();
}

}  // namespace pintle::broker
