// How much went in and out, and how fast: totals since the start, rates over the last minutes.
//
// Threads: counting from any thread; Sample() and the rates from one at a time.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include "base/clock.h"
#include "base/mutex.h"

namespace pintle::broker {

class Traffic {
 public:
  struct Totals {
    int64_t puts = 0;  // messages stored
    int64_t put_bytes = 0;
    int64_t put_failures = 0;
    int64_t gets_found = 0;   // reads that gave messages
    int64_t gets_missed = 0;  // reads that gave none
    int64_t messages_out = 0;
  };
  enum class Rate : uint8_t { kPuts, kGetsFound, kGetsMissed, kGets, kMessagesOut };

  explicit Traffic(const Clock& clock);

  void OnPut(int64_t messages, int64_t bytes) {
    Shard& shard = Local();
    shard.puts.fetch_add(messages, std::memory_order_relaxed);
    shard.put_bytes.fetch_add(bytes, std::memory_order_relaxed);
  }
  void OnPutFailure() { Local().put_failures.fetch_add(1, std::memory_order_relaxed); }
  void OnGet(int64_t messages) {
    Shard& shard = Local();
    (messages > 0 ? shard.gets_found : shard.gets_missed).fetch_add(1, std::memory_order_relaxed);
    shard.messages_out.fetch_add(messages, std::memory_order_relaxed);
  }

  Totals totals() const;
  int64_t started_ms() const { return started_ms_; }  // wall clock

  // Remembers the totals of now; once a second.
  void Sample();
  // "a b c": a second's count, averaged over the last 10 s, 1 min and 10 min; left out where the
  // broker has not run so long.
  std::string Rates(Rate rate) const;
  // Since local midnight, and until then.
  Totals at_midnight() const;
  Totals at_midnight_before() const;

 private:
  struct alignas(64) Shard {
    std::atomic<int64_t> puts{0};
    std::atomic<int64_t> put_bytes{0};
    std::atomic<int64_t> put_failures{0};
    std::atomic<int64_t> gets_found{0};
    std::atomic<int64_t> gets_missed{0};
    std::atomic<int64_t> messages_out{0};
  };
  struct Snapshot {
    int64_t at_ms = 0;  // monotonic
    Totals totals;
  };

  Shard& Local();
  static int64_t ValueOf(const Totals& totals, Rate rate);

  const Clock& clock_;
  const int64_t started_ms_;
  std::array<Shard, 16> shards_;
  mutable Mutex mutex_;
  std::deque<Snapshot> snapshots_ GUARDED_BY(mutex_);
  int64_t day_ GUARDED_BY(mutex_);
  Totals at_midnight_ GUARDED_BY(mutex_);
  Totals at_midnight_before_ GUARDED_BY(mutex_);
};

}  // namespace pintle::broker
