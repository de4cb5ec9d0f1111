// The machine's time zone, as it is when the process first asks.
#pragma once

#include <cstdint>
#include <ctime>

namespace pintle {

// `wall_ms` (milliseconds since 1970-01-01 UTC) as local time, of whole seconds.
// Threads: any thread.
std::tm LocalTime(int64_t wall_ms);

// The first millisecond of the local month that `wall_ms` is in, since 1970-01-01 UTC.
// Threads: any thread.
int64_t LocalMonthStartMs(int64_t wall_ms);

}  // namespace pintle
