#include "store/segment_allocator.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace pintle::store {
namespace {

constexpr int64_t kWindowMin = 4 << 20;
constexpr int64_t kTouchStep = 2 << 20;  // so that a new request is seen soon

}  // namespace

SegmentAllocator::SegmentAllocator(FileSystem& fs, AppendRoom& room,
                                   SegmentAllocatorOptions options)
    : fs_(fs), room_(room), options_(std::move(options)) {
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

Result<std::shared_ptr<Segment>> SegmentAllocator::Take(LogOffset base, bool existing) {
  if (!options_.thread) return Make(base, existing);
  MutexLock lock(mutex_);
  if (prepared_ != nullptr && prepared_->base() == base) {
    awaited_.reset();
    failure_.reset();
    return std::exchange(prepared_, nullptr);
  }
  if (failure_ && awaited_ == base) {
    // The next call tries again.
    awaited_.reset();
    return std::unexpected(*std::exchange(failure_, std::nullopt));
  }
  awaited_ = base;
  failure_.reset();
  if (!making_ || making_->base != base) {
    wanted_ = Wish{base, existing};
    changed_.notify_all();
  }
  return Fail(ErrorCode::kOverloaded,
              "the disk is stalling: the next segment of {} bytes is not ready",
              options_.segment_bytes);
}

// The last free bytes belong to queues, index and recovery point: who could not write those could
// not make space either.
Result<std::shared_ptr<Segment>> SegmentAllocator::Make(LogOffset base, bool existing) {
  if (existing) {
    auto segment = Segment::Open(fs_, options_.folder, base, options_.segment_bytes);
    PINTLE_TRY(segment->Reserve(fs_));
    return segment;
  }
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
      !(making_ && making_->base == segment->limit()))
    wanted_ = Wish{segment->limit()};

  // Next: when half of the window is used up, or the segment is half full, or it is left.
  LogOffset next = segment->limit();
  if (window_ > 0) next = std::min(next, position + window_ / 2);
  if (position < half) next = std::min(next, half);
  wake_at_.store(next, std::memory_order_relaxed);
  changed_.notify_all();
}

void SegmentAllocator::Run() {
  while (true) {
    std::optional<Wish> make;
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

void SegmentAllocator::Prepare(const Wish& wish) {
  auto segment = Make(wish.base, wish.existing);
  if (segment && !wish.existing) {
    (*segment)->PreTouch(wish.base, wish.base + std::min(kWindowMin, options_.pretouch_bytes));
  }
  {
    MutexLock lock(mutex_);
    making_.reset();
    const bool awaited = awaited_ == wish.base;
    if (segment) {
      prepared_ = *std::move(segment);
      prepared_is_new_ = !wish.existing;
    } else if (awaited) {
      failure_ = std::move(segment).error();
    } else {
      // Whoever needs it tries again: until then nothing is lost by not having it.
      PINTLE_LOG(kWarn, "store: no segment ahead of time: {}", segment.error().message);
    }
    changed_.notify_all();
    if (!awaited) return;
  }
  room_.Made();
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
    touching_ = true;
  }
  segment->PreTouch(from, to);
  MutexLock lock(mutex_);
  touching_ = false;
  changed_.notify_all();
}

Status SegmentAllocator::DropPrepared() {
  std::shared_ptr<Segment> dropped;
  bool is_new = false;
  {
    MutexLock lock(mutex_);
    wanted_.reset();
    // Nothing of the log is touched any more when this returns: its stamp is taken next.
    current_.reset();
    while (making_ || touching_) changed_.wait(mutex_);
    dropped = std::exchange(prepared_, nullptr);
    is_new = dropped != nullptr && prepared_is_new_;
  }
  if (!is_new) return {};
  PINTLE_TRY(fs_.Remove(dropped->path()));
  return fs_.SyncDirectory(options_.folder);
}

}  // namespace pintle::store
