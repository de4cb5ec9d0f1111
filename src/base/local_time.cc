#include "base/local_time.h"

namespace pintle {

std::tm LocalTime(int64_t wall_ms) {
  const std::time_t seconds = wall_ms / 1'000;
  std::tm local{};
  ::localtime_r(&seconds, &local);
  return local;
}

// Not by mktime(): that reads the zone anew each time, under the C library's lock.
int64_t LocalMonthStartMs(int64_t wall_ms) {
  const std::tm now = LocalTime(wall_ms);
  std::tm first{};
  first.tm_year = now.tm_year;
  first.tm_mon = now.tm_mon;
  first.tm_mday = 1;
  const int64_t utc_ms = static_cast<int64_t>(::timegm(&first)) * 1'000;
  // Summer time may have begun or ended since.
  const std::tm then = LocalTime(utc_ms - now.tm_gmtoff * 1'000);
  return utc_ms - then.tm_gmtoff * 1'000;
}

}  // namespace pintle
