#include "store/flusher.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "base/short_slices.h"

namespace pintle::store {
namespace {

constexpr int64_t kPage = 4096;

// The bounds of a sync that is quick enough, and slow enough to wait for less.
constexpr int64_t kQuickMs = 100;
constexpr int64_t kSlowMs = 500;
constexpr int64_t kWindowFirst = 16 << 20;
constexpr int64_t kWindowMin = 256 << 10;

}  // namespace

Flusher::Flusher(const StoreOptions& options, const Clock& clock, CommitLog& log, WriteGate& gate,
                 AppendRoom& room)
    : options_(options),
      clock_(clock),
      log_(log),
      gate_(gate),
      room_(room),
      window_(2 * options.flush_bytes_max) {
  if (options_.flush == FlushMode::kSync) window_ = std::min(window_, kWindowFirst);
}

Flusher::~Flusher() {
  {
    MutexLock lock(mutex_);
    stop_ = true;
    wake_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void Flusher::Start(LogOffset durable) {
  SetDurable(durable);
  last_end_ = durable;
  if (options_.background_threads) thread_ = std::thread([this] { Run(); });
}

Status Flusher::Stop() {
  {
    MutexLock lock(mutex_);
    stop_ = true;
    wake_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  if (gate_.failed()) return gate_.Check();
  return SyncTo(log_.end());
}

void Flusher::SetListener(std::function<void(LogOffset)> listener) {
  MutexLock lock(listener_mutex_);
  listener_ = std::move(listener);
}

void Flusher::Request() {
  if (requested_.exchange(true)) return;
  MutexLock lock(mutex_);
  wake_.notify_all();
}

void Flusher::Run() {
  AskForShortSlices();
  while (true) {
    WaitUntilDue();
    {
      MutexLock lock(mutex_);
      if (stop_) return;
    }
    SyncIfDue();
  }
}

void Flusher::WaitUntilDue() {
  MutexLock lock(mutex_);
  while (!stop_ && !requested_.load()) {
    const int64_t next = next_sync_ms_ - clock_.MonotonicMs();
    if (next <= 0) return;
    wake_.wait_for(mutex_, std::chrono::milliseconds(next));
  }
}

void Flusher::SyncIfDue() {
  const bool requested = requested_.exchange(false);
  const int64_t now = clock_.MonotonicMs();
  if (!requested && now < next_sync_ms_) return;
  next_sync_ms_ = now + options_.flush_interval_ms;
  if (gate_.failed()) return;
  const LogOffset end = log_.end();
  LogOffset target = end;
  if (options_.flush == FlushMode::kAsync && end != last_end_) {
    target = LogOffset(end.value() - end.value() % kPage);
  }
  last_end_ = end;
  if (target <= durable()) return;
  if (Status synced = SyncTo(target); !synced) {
    gate_.Fail(synced.error());
    room_.Made();
  }
  Tell();
}

Status Flusher::SyncTo(LogOffset target) {
  const LogOffset from = durable();
  if (target <= from) return {};
  const int64_t began_ms = clock_.MonotonicMs();
  PINTLE_TRY(log_.Sync(from, target));
  AdaptWindow(target - from, clock_.MonotonicMs() - began_ms);
  SetDurable(target);
  return {};
}

void Flusher::AdaptWindow(int64_t bytes, int64_t took_ms) {
  if (options_.flush != FlushMode::kSync) return;
  const int64_t most = 2 * options_.flush_bytes_max;
  if (took_ms >= kSlowMs) {
    window_ = std::min(most, std::max(window_ / 2, kWindowMin));
  } else if (took_ms <= kQuickMs && bytes >= window_ / 2) {
    window_ = std::min(most, window_ * 2);
  }
}

void Flusher::SetDurable(LogOffset durable) {
  durable_.store(durable.value(), std::memory_order_release);
  gate_.SetLimit(durable.value(), durable.value() + window_);
  room_.Made();
}

void Flusher::Tell() {
  MutexLock lock(listener_mutex_);
  if (listener_) listener_(durable());
}

void Flusher::RunTurn() {
  PINTLE_CHECK(!options_.background_threads, "the flush thread does this");
  next_sync_ms_ = 0;
  last_end_ = log_.end();
  SyncIfDue();
}

}  // namespace pintle::store
