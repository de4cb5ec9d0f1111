#include "broker/traffic.h"

#include <fmt/format.h>

#include <functional>
#include <thread>

#include "base/local_time.h"

namespace pintle::broker {
namespace {

constexpr size_t kSnapshots = 601;  // one a second for ten minutes

// A number that is another one on every local day.
int64_t DayOf(int64_t wall_ms) {
  const std::tm local = LocalTime(wall_ms);
  return int64_t{local.tm_year} * 366 + local.tm_yday;
}

}  // namespace

Traffic::Traffic(const Clock& clock)
    : clock_(clock), started_ms_(clock.WallMs()), day_(DayOf(clock.WallMs())) {}

Traffic::Shard& Traffic::Local() {
  return shards_[std::hash<std::thread::id>()(std::this_thread::get_id()) % shards_.size()];
}

Traffic::Totals Traffic::totals() const {
  Totals sum;
  for (const Shard& shard : shards_) {
    sum.puts += shard.puts.load(std::memory_order_relaxed);
    sum.put_bytes += shard.put_bytes.load(std::memory_order_relaxed);
    sum.put_failures += shard.put_failures.load(std::memory_order_relaxed);
    sum.gets_found += shard.gets_found.load(std::memory_order_relaxed);
    sum.gets_missed += shard.gets_missed.load(std::memory_order_relaxed);
    sum.messages_out += shard.messages_out.load(std::memory_order_relaxed);
  }
  return sum;
}

void Traffic::Sample() {
  const Totals now = totals();
  MutexLock lock(mutex_);
  snapshots_.push_back({clock_.MonotonicMs(), now});
  if (snapshots_.size() > kSnapshots) snapshots_.pop_front();
  const int64_t day = DayOf(clock_.WallMs());
  if (day == day_) return;
  day_ = day;
  at_midnight_before_ = at_midnight_;
  at_midnight_ = now;
}

int64_t Traffic::ValueOf(const Totals& totals, Rate rate) {
  switch (rate) {
    case Rate::kPuts:
      return totals.puts;
    case Rate::kGetsFound:
      return totals.gets_found;
    case Rate::kGetsMissed:
      return totals.gets_missed;
    case Rate::kGets:
      return totals.gets_found + totals.gets_missed;
    case Rate::kMessagesOut:
      return totals.messages_out;
  }
  return 0;
}

std::string Traffic::Rates(Rate rate) const {
  std::string text;
  MutexLock lock(mutex_);
  for (const size_t seconds : {10u, 60u, 600u}) {
    if (!text.empty() || seconds > 10) text.push_back(' ');
    if (snapshots_.size() <= seconds) continue;
    const Snapshot& last = snapshots_.back();
    const Snapshot& first = snapshots_[snapshots_.size() - 1 - seconds];
    const double elapsed_ms = static_cast<double>(last.at_ms - first.at_ms);
    const auto count =
        static_cast<double>(ValueOf(last.totals, rate) - ValueOf(first.totals, rate));
    fmt::format_to(std::back_inserter(text), "{:.2f}",
                   elapsed_ms > 0 ? count * 1000 / elapsed_ms : 0.0);
  }
  return text;
}

Traffic::Totals Traffic::at_midnight() const {
  MutexLock lock(mutex_);
  return at_midnight_;
}

Traffic::Totals Traffic::at_midnight_before() const {
  MutexLock lock(mutex_);
  return at_midnight_before_;
}

}  // namespace pintle::broker
