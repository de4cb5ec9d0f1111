#include "store/derived_loop.h"

#include <algorithm>
#include <chrono>

#include "base/check.h"

namespace pintle::store {
namespace {

// Under load the memory is looked at between rounds: at a million messages a second an interval's
// worth of them would take more than all else.
constexpr int64_t kLookMs = 50;

}  // namespace

DerivedLoop::DerivedLoop(const StoreOptions& options, const Clock& clock, DerivedWriter& derived,
                         Flusher& flusher, WriteGate& gate, AppendRoom& room)
    : options_(options),
      clock_(clock),
      derived_(derived),
      flusher_(flusher),
      gate_(gate),
      room_(room) {}

DerivedLoop::~DerivedLoop() { Stop(); }

void DerivedLoop::Start() {
  if (options_.background_threads) thread_ = std::thread([this] { Run(); });
}

void DerivedLoop::Stop() {
  {
    MutexLock lock(mutex_);
    stop_ = true;
    wake_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void DerivedLoop::Run() {
  while (!WaitUntilDue()) Step();
}

bool DerivedLoop::WaitUntilDue() {
  MutexLock lock(mutex_);
  while (!stop_ && !in_round_) {
    const int64_t left = next_round_ms_ - clock_.MonotonicMs();
    if (left <= 0 || (succeeded_ && derived_.IsMuchWaiting())) break;
    const int64_t wait = derived_.IsAnyWaiting() ? std::min(left, kLookMs) : left;
    wake_.wait_for(mutex_, std::chrono::milliseconds(wait));
  }
  return stop_;
}

void DerivedLoop::Step() {
  in_round_ = false;
  succeeded_ = false;
  if (!gate_.failed()) {
    derived_.BeginRound();
    auto more = derived_.Step(flusher_.durable());
    if (!more) {
      // Queues and index can be made again from the log, but a full disk passes and a broken one
      // does not.
      if (more.error().code == ErrorCode::kNoSpace) {
        gate_.SetDiskFull("the disk is full: a consume queue or index file could not be written");
      } else {
        gate_.Fail(more.error());
        flusher_.Tell();
      }
    }
    // Keys of the index that were written make room, and a shut gate ends every wait.
    room_.Made();
    in_round_ = more && *more;
    succeeded_ = more.has_value();
  }
  if (!in_round_) next_round_ms_ = clock_.MonotonicMs() + options_.queue_flush_interval_ms;
}

void DerivedLoop::RunTurn() {
  PINTLE_CHECK(!options_.background_threads, "a thread does this");
  do {
    Step();
  } while (in_round_);
}

}  // namespace pintle::store
