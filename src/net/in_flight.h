// Bytes that the connections of a process hold together: received and not consumed, answered and
// not sent.
#pragma once

#include <atomic>
#include <cstdint>

namespace pintle::net {

// Past the limit connections that hold some of them are not read: one with unsent answers until
// they have left, one with part of a large request until there is room or it has the turn. There
// is one turn, so that requests which together are too large are finished one after the other
// instead of waiting for each other; who does not use it loses it after a second.
// Threads: any thread. Outlives the connections.
class InFlightBytes {
 public:
  explicit InFlightBytes(int64_t limit) : limit_(limit) {}
  InFlightBytes(const InFlightBytes&) = delete;
  InFlightBytes& operator=(const InFlightBytes&) = delete;

  void Change(int64_t by) { used_.fetch_add(by, std::memory_order_relaxed); }
  bool over() const { return used() > limit_; }
  int64_t used() const { return used_.load(std::memory_order_relaxed); }
  int64_t limit() const { return limit_; }

  // True when the turn is `who`'s now; at monotonic `now_ms`. Asked again before each read.
  bool TakeTurn(const void* who, int64_t now_ms) {
    const void* holder = holder_.load(std::memory_order_acquire);
    if (holder != who) {
      const bool free = holder == nullptr || now_ms > until_ms_.load(std::memory_order_relaxed);
      if (!free || !holder_.compare_exchange_strong(holder, who, std::memory_order_acq_rel))
        return false;
    }
    until_ms_.store(now_ms + kTurnMs, std::memory_order_relaxed);
    return true;
  }
  void EndTurn(const void* who) {
    holder_.compare_exchange_strong(who, nullptr, std::memory_order_acq_rel);
  }

 private:
  static constexpr int64_t kTurnMs = 1'000;

  const int64_t limit_;
  std::atomic<int64_t> used_{0};
  std::atomic<const void*> holder_{nullptr};
  std::atomic<int64_t> until_ms_{0};
};

}  // namespace pintle::net
