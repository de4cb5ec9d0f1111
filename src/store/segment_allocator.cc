#include "store/segment_allocator.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/log.h"

namespace pintle::store {
namespace {

constexpr int64_t kWindowMin = 4 << 20;
constexpr int64_t kTouchStep = 2 << 20;  // so that a new request is seen soon
constexpr int64_t kTakePatienceMs = 2'000;

}  // namespace

SegmentAllocator::SegmentAllocator(FileSystem& fs, const Clock& clock,
                                   SegmentAllocatorOptions options)
    : fs_(fs), clock_(clock), options_(std::move(options)) {
  window_ = std::min(options_.pretouch_bytes, kWindowMin);
  if (options_.thread) thread_ = std::thread([this] { Run(); });
}

SegmentAllocator::~SegmentAllocator() {
  {
    MutexLock lock(mutex_);
    stop_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

Result<std::shared_ptr<Segment>> SegmentAllocator::Take(LogOffset base) {
  {
    MutexLock lock(mutex_);
    const int64_t deadline = clock_.MonotonicMs() + kTakePatienceMs;
    while (making_ == base) {
      const int64_t left = deadline - clock_.MonotonicMs();
      if (left <= 0) {
        return Fail(ErrorCode::kOverloaded,
                    "the disk is stalling: a new segment of {} bytes is not there after {} ms",
                    options_.segment_bytes, kTakePatienceMs);
      }
      changed_.wait_for(mutex_, std::chrono::milliseconds(left));
    }
    wanted_.reset();
    if (prepared_ != nullptr && prepared_->base() == base) return std::exchange(prepared_, nullptr);
  }
  return Make(base);
}

// The last free bytes belong to queues, index and recovery point: who could not write those could
// not make space either.
Result<std::shared_ptr<Segment>> SegmentAllocator::Make(LogOffset base) {
  const auto space = fs_.Space(options_.folder);
  if (space && space->free_bytes - options_.segment_bytes < options_.free_bytes_min) {
    return Fail(ErrorCode::kNoSpace,
                "the disk has {} bytes free; another segment of the log takes {} "
                "(store.segment_bytes) and must leave {} (store.disk_free_bytes_min): free some "
                "space or lower these",
                space->free_bytes, options_.segment_bytes, options_.free_bytes_min);
  }
  return Segment::Create(fs_, options_.folder, base, options_.segment_bytes);
}

void SegmentAllocator::Wake(const std::shared_ptr<Segment>& segment, LogOffset position) {
  const LogOffset half = segment->base() + options_.segment_bytes / 2;
  MutexLock lock(mutex_);
  if (current_ != segment) {
    current_ = segment;
    touched_ = position;
  } else if (touched_ - position < window_ / 4) {
    window_ = std::min(window_ * 2, options_.pretouch_bytes);
  }
  writer_ = position;
  if (position >= half && (prepared_ == nullptr || prepared_->base() != segment->limit()) &&
      making_ != segment->limit())
    wanted_ = segment->limit();

  // Next: when half of the window is used up, or the segment is half full, or it is left.
  LogOffset next = segment->limit();
  if (window_ > 0) next = std::min(next, position + window_ / 2);
  if (position < half) next = std::min(next, half);
  wake_at_.store(next, std::memory_order_relaxed);
  changed_.notify_all();
}

void SegmentAllocator::Run() {
  while (true) {
    std::optional<LogOffset> make;
    {
      MutexLock lock(mutex_);
      while (!stop_ && !wanted_ && touched_ >= TouchTarget()) changed_.wait(mutex_);
      if (stop_) return;
      make = std::exchange(wanted_, std::nullopt);
      making_ = make;
    }
    if (make) {
      Prepare(*make);
    } else {
      TouchAhead();
    }
  }
}

LogOffset SegmentAllocator::TouchTarget() const {
  return current_ == nullptr ? LogOffset(0) : std::min(writer_ + window_, current_->limit());
}

void SegmentAllocator::Prepare(LogOffset base) {
  auto segment = Make(base);
  // Take() tries again and reports: until then nothing is lost by not having it.
  if (!segment) PINTLE_LOG(kWarn, "store: no segment ahead of time: {}", segment.error().message);
  if (segment) (*segment)->PreTouch(base, base + std::min(kWindowMin, options_.pretouch_bytes));
  MutexLock lock(mutex_);
  if (segment) prepared_ = *std::move(segment);
  making_.reset();
  changed_.notify_all();
}

void SegmentAllocator::TouchAhead() {
  std::shared_ptr<Segment> segment;
  LogOffset from;
  LogOffset to;
  {
    MutexLock lock(mutex_);
    segment = current_;
    // Pages that the writer has reached meanwhile are his.
    from = std::max(touched_, writer_);
    to = std::min(from + kTouchStep, TouchTarget());
    touched_ = std::max(to, from);
  }
  segment->PreTouch(from, to);
}

Status SegmentAllocator::DropPrepared() {
  std::shared_ptr<Segment> dropped;
  {
    MutexLock lock(mutex_);
    wanted_.reset();
    while (making_) changed_.wait(mutex_);
    dropped = std::exchange(prepared_, nullptr);
    current_.reset();
  }
  if (dropped == nullptr) return {};
  PINTLE_TRY(fs_.Remove(dropped->path()));
  return fs_.SyncDirectory(options_.folder);
}

}  // namespace pintle::store
