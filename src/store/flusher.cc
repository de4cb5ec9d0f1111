#include "store/flusher.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/check.h"
#include "base/log.h"

namespace pintle::store {
namespace {

constexpr int64_t kPage = 4096;

}  // namespace

Flusher::Flusher(const StoreOptions& options, const Clock& clock, CommitLog& log,
                 DerivedWriter& derived, WriteGate& gate)
    : options_(options), clock_(clock), log_(log), derived_(derived), gate_(gate) {}

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
  if (Status synced = SyncTo(target); !synced) gate_.Fail(synced.error());
  Tell();
}

Status Flusher::SyncTo(LogOffset target) {
  const LogOffset from = durable();
  if (target <= from) return {};
  PINTLE_TRY(log_.Sync(from, target));
  SetDurable(target);
  return {};
}

void Flusher::SetDurable(LogOffset durable) {
  durable_.store(durable.value(), std::memory_order_release);
  gate_.SetLimit(durable.value() + 2 * options_.flush_bytes_max);
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
