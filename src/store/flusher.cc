#include "store/flusher.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/check.h"
#include "base/log.h"

namespace pintle::store {
namespace {

constexpr int64_t kPage = 4096;

// The bounds of a sync that is quick enough, and slow enough to wait for less.
constexpr int64_t kQuickMs = 100;
constexpr int64_t kSlowMs = 500;
constexpr int64_t kWindowFirst = 16 << 20;
constexpr int64_t kWindowMin = 256 << 10;

}  // namespace

Flusher::Flusher(const StoreOptions& options, const Clock& clock, CommitLog& log,
                 DerivedWriter& derived, WriteGate& gate, AppendRoom& room)
    : options_(options),
      clock_(clock),
      log_(log),
      derived_(derived),
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
  PINTLE_TRY(SyncTo(log_.end()));
  return derived_.Finish(durable());
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
  while (true) {
    WaitUntilDue();
    {
      MutexLock lock(mutex_);
      if (stop_) return;
    }
    SyncIfDue();
    DeriveIfDue();
  }
}

void Flusher::WaitUntilDue() {
  MutexLock lock(mutex_);
  while (!stop_ && !requested_.load() && !deriving_) {
    const int64_t next = std::min(next_sync_ms_, next_derive_ms_) - clock_.MonotonicMs();
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

void Flusher::DeriveIfDue() {
  const int64_t now = clock_.MonotonicMs();
  if (!deriving_ && now < next_derive_ms_) return;
  if (gate_.failed()) {
    next_derive_ms_ = now + options_.queue_flush_interval_ms;
    deriving_ = false;
    return;
  }
  if (!deriving_) derived_.BeginRound();
  auto more = derived_.Step(durable());
  if (!more) {
    // Queues and index can be made again from the log, but a full disk passes and a broken one
    // does not.
    if (more.error().code == ErrorCode::kNoSpace) {
      gate_.SetDiskFull("the disk is full: a consume queue or index file could not be written");
    } else {
      gate_.Fail(more.error());
      Tell();
    }
  }
  // Keys of the index that were written make room too, and a shut gate ends every wait.
  room_.Made();
  deriving_ = more && *more;
  if (!deriving_) next_derive_ms_ = now + options_.queue_flush_interval_ms;
}

void Flusher::RunTurn() {
  PINTLE_CHECK(!options_.background_threads, "the flush thread does this");
  next_sync_ms_ = next_derive_ms_ = 0;
  last_end_ = log_.end();
  SyncIfDue();
  do {
    DeriveIfDue();
  } while (deriving_);
}

}  // namespace pintle::store
