// The two ids of a message: where it is stored, and what its producer called it.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "model/host.h"
#include "model/offsets.h"

namespace pintle::model {

// The broker's id: upper-case hex of address (4 or 16), port int32, log offset int64; 32 or 56
// characters.
struct OffsetMessageId {
  Host store_host;
  LogOffset offset;

  std::string ToString() const;
  // Writes 32 or 56 characters at `out` and returns how many. For the send path.
  size_t Format(char* out) const;
  static Result<OffsetMessageId> Parse(std::string_view text);
};

// The producer's id (UNIQ_KEY): upper-case hex of IP 4 or 16, process id int16, instance hash
// int32, milliseconds since the start of the month (local time) int32, counter int16; 32 or 56
// characters. Threads: any thread.
class UniqKeySource {
 public:
  UniqKeySource(Host host, int32_t process_id, int32_t instance_hash);
  std::string Next(int64_t wall_ms);
  // 32 characters (IPv4 host) or 56 at `out`; returns how many.
  size_t Format(int64_t wall_ms, char* out);

 private:
  int32_t SinceMonthStart(int64_t wall_ms);

  std::string prefix_;  // the part that never changes; const after construction
  std::atomic<uint32_t> counter_{0};
  std::atomic<int64_t> month_start_ms_{0};
};

}  // namespace pintle::model
