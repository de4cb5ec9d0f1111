#include "net/asio_loop.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <chrono>
#include <utility>

#include "base/short_slices.h"

namespace pintle::net {

namespace {

constexpr size_t kReadBufferBytes = 256 << 10;
// Work deferred while deferred work runs still belongs to the turn, so many times.
constexpr int kDeferredRounds = 8;
// Lists that a burst made long are given back.
constexpr size_t kListKept = 1024;

constinit thread_local const AsioLoop* this_thread_loop = nullptr;

// The same clock as asio_loop's timer waits by.
int64_t NowNs() { return SystemClock().MonotonicNs(); }

template <typename T>
void ClearList(std::vector<T>& list) {
  list.clear();
  if (list.capacity() > kListKept) list.shrink_to_fit();
}

}  // namespace

// One thread runs the loop, others only post: Asio's hint for that is 1.
AsioLoop::AsioLoop(const Clock& clock)
    : clock_(clock), io_(1), running_(io_.get_executor()), timer_(io_) {}

AsioLoop::~AsioLoop() = default;

void AsioLoop::Run() {
  this_thread_loop = this;
  AskForShortSlices();
  io_.run();
  this_thread_loop = nullptr;
}

void AsioLoop::RequestStop() {
  Post([this] {
    // Work that was posted or deferred before still runs; nothing waits for what comes later.
    Defer([this] {
      running_.reset();
      io_.stop();
    });
  });
}

bool AsioLoop::InLoop() const { return this_thread_loop == this; }

void AsioLoop::Post(Work work) {
  const int64_t now_ns = NowNs();
  {
    MutexLock lock(posted_mutex_);
    posted_.push_back({std::move(work), now_ns});
    if (std::exchange(wake_pending_, true)) return;
  }
  // Only one is under way at a time, so its place is free.
  boost::asio::post(io_, InPlace(wake_memory_, [this] { RunPosted(); }));
}

void AsioLoop::RunPosted() {
  {
    MutexLock lock(posted_mutex_);
    posted_now_.swap(posted_);
    wake_pending_ = false;
  }
  const int64_t now_ns = NowNs();
  for (Posted& posted : posted_now_) {
    lag_.Record(now_ns - posted.posted_ns);
    posted.work();
    posted.work = nullptr;
  }
  ClearList(posted_now_);
}

void AsioLoop::Defer(Work work) {
  PINTLE_CHECK(InLoop(), "deferred from a foreign thread");
  deferred_.push_back(std::move(work));
  ScheduleTurnEnd();
}

void AsioLoop::ScheduleTurnEnd() {
  if (std::exchange(turn_end_pending_, true)) return;
  boost::asio::post(io_, InPlace(turn_end_memory_, [this] { EndTurn(); }));
}

// Posting the end of the next turn from here, instead of returning, makes Asio poll the sockets
// instead of blocking: this is where polling for a while before blocking belongs.
void AsioLoop::EndTurn() {
  turn_end_pending_ = false;
  for (int round = 0; round < kDeferredRounds && !deferred_.empty(); ++round) {
    // Set so that what is deferred meanwhile waits for the next round, not for the next turn.
    turn_end_pending_ = true;
    deferred_now_.swap(deferred_);
    for (Work& work : deferred_now_) {
      work();
      work = nullptr;
    }
    ClearList(deferred_now_);
    turn_end_pending_ = false;
  }
  if (!deferred_.empty()) ScheduleTurnEnd();
}

TimerId AsioLoop::After(int64_t delay_ms, Work work) {
  // Longer than anybody waits, short enough that the sum below does not overflow.
  constexpr int64_t kDelayMaxMs = int64_t{100} * 365 * 86'400'000;
  const int64_t delay_ns = std::clamp<int64_t>(delay_ms, 0, kDelayMaxMs) * 1'000'000;
  return At(NowNs() + delay_ns, std::move(work));
}

TimerId AsioLoop::At(int64_t due_ns, Work work) {
  PINTLE_CHECK(InLoop(), "a timer is set from a foreign thread");
  const TimerId id = timers_.Add(due_ns, std::move(work));
  if (due_ns < armed_ns_) ArmTimer(due_ns);
  return id;
}

// Asio's timer stays armed: waking once for nothing is cheaper than arming it anew.
void AsioLoop::Cancel(TimerId timer) { timers_.Cancel(timer); }

void AsioLoop::ArmTimer(int64_t due_ns) {
  armed_ns_ = due_ns;
  timer_.expires_at(std::chrono::steady_clock::time_point(
      std::chrono::duration_cast<std::chrono::steady_clock::duration>(
          std::chrono::nanoseconds(due_ns))));
  timer_.async_wait(InPlace(timer_memory_, [this, due_ns](const boost::system::error_code& error) {
    // An earlier one took its place.
    if (error || armed_ns_ != due_ns) return;
    armed_ns_ = TimerQueue::kNever;
    RunTimers();
  }));
}

void AsioLoop::RunTimers() {
  const int64_t now_ns = NowNs();
  // Timers set meanwhile with no delay are due later than `now_ns`: this ends.
  while (timers_.NextDue() <= now_ns) {
    lag_.Record(now_ns - timers_.NextDue());
    Work work = timers_.Pop();
    work();
  }
  if (timers_.NextDue() < armed_ns_) ArmTimer(timers_.NextDue());
}

ByteSpan AsioLoop::read_buffer() {
  if (read_buffer_ == nullptr) {
    read_buffer_ = std::make_unique_for_overwrite<std::byte[]>(kReadBufferBytes);
  }
  return {read_buffer_.get(), kReadBufferBytes};
}

}  // namespace pintle::net
