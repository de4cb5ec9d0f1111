#include "store/derived_writer.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/log.h"

namespace pintle::store {
namespace {

constexpr size_t kEntriesPerFlush = 4'096;
constexpr size_t kQueuesPerStep = 64;
constexpr size_t kKeysPerStep = 16'384;
constexpr int64_t kMuch = 128 << 10;  // keys or entries that wait in memory
constexpr size_t kManyQueues = 128;
constexpr int64_t kFewEntries = 64;        // of each of them
constexpr int64_t kEntriesKept = 1 << 19;  // of all of them: 12 MiB
constexpr int64_t kPointBytes = int64_t{1} << 30;
constexpr int64_t kPointEntries = 1 << 20;
constexpr int64_t kSyncWaitMs = 10;
constexpr int64_t kSlowPointMs = 2'000;
constexpr int64_t kPointShare = 1;  // so much longer than a point took there is none

}  // namespace

DerivedWriter::DerivedWriter(FileSystem& fs, const Clock& clock, const StoreOptions& options,
                             const StoreLayout& layout, CommitLog& log, QueueTable& queues,
                             DirtyQueues& dirty, MessageIndex* index, Appender& appender)
    : fs_(fs),
      clock_(clock),
      options_(options),
      layout_(layout),
      log_(log),
      queues_(queues),
      dirty_(dirty),
      index_(index),
      appender_(appender) {}

void DerivedWriter::BeginRound() {
  if (stage_ != Stage::kIdle) return;
  // A queue that was written in the round before and got nothing since is idle.
  for (ConsumeQueue* queue : flushed_lately_) queue->Trim();
  flushed_lately_.clear();
  BeginPointIfDue();
  if (making_point_ || IsWorthWriting()) {
    const auto dirty = dirty_.Take();
    to_flush_.insert(to_flush_.end(), dirty.begin(), dirty.end());
  }
  stage_ = Stage::kQueues;
}

bool DerivedWriter::IsWorthWriting() const {
  const size_t queues = dirty_.queues();
  return queues < kManyQueues ||
         dirty_.entries() >= std::min(static_cast<int64_t>(queues) * kFewEntries, kEntriesKept);
}

void DerivedWriter::BeginPointIfDue() {
  const int64_t now = clock_.MonotonicMs();
  making_point_ = false;
  // A busy log is not left to the clock: a restart reads what came after the last point.
  const int64_t appended = dirty_.appended();
  const bool much = log_.end() - std::max(last_point_, LogOffset(0)) >= kPointBytes ||
                    appended - point_appended_ >= kPointEntries;
  if (now < (much ? point_rested_ms_ : next_point_ms_)) return;
  // Taken before the position, so that they hold no entry for what is behind it.
  point_queues_.clear();
  for (ConsumeQueue* queue : queues_.All())
    point_queues_.push_back({queue, queue->end(), queue->first()});
  point_log_min_ = log_.min();
  if (index_ != nullptr) point_indexed_ = index_->last_added();
  point_ = appender_.position();
  making_point_ = point_.end != last_point_ || point_log_min_ != old_found_;
  point_appended_ = appended;
  point_began_ms_ = now;
}

Result<bool> DerivedWriter::Step(LogOffset durable) {
  switch (stage_) {
    case Stage::kIdle:
      return false;
    case Stage::kQueues: {
      PINTLE_ASSIGN(const bool more, FlushSomeQueues());
      PINTLE_TRY(FlushWhatIsMuch());
      if (!more) stage_ = Stage::kIndex;
      return true;
    }
    case Stage::kIndex: {
      bool more = false;
      if (index_ != nullptr) {
        PINTLE_ASSIGN(more, index_->Flush(kKeysPerStep));
      }
      if (more) return true;
      next_queue_ = 0;
      stage_ = making_point_ ? Stage::kSyncAll : Stage::kIdle;
      return making_point_;
    }
    case Stage::kSyncAll: {
      if (!sync_.valid() && !BeginSyncOfAll()) {
        stage_ = Stage::kSyncQueues;
        return true;
      }
      PINTLE_TRY(FlushWhatIsMuch());
      if (!SyncIsOver()) return true;
      PINTLE_TRY(EndSyncOfAll());
      stage_ = Stage::kSyncQueues;
      return true;
    }
    case Stage::kSyncQueues:
      if (next_queue_ == point_queues_.size()) {
        if (index_ != nullptr) BeginSync([this] { return index_->Sync(); });
        stage_ = Stage::kSyncIndex;
      } else {
        PINTLE_TRY(SyncOneQueue());
        PINTLE_TRY(FlushWhatIsMuch());
      }
      return true;
    case Stage::kSyncIndex:
      if (sync_.valid()) {
        PINTLE_TRY(FlushWhatIsMuch());
        if (!SyncIsOver()) return true;
        if (Status synced = sync_.get(); !synced) {
          stage_ = Stage::kSyncQueues;  // which begins it again
          return std::unexpected(std::move(synced).error());
        }
      }
      next_queue_ = 0;
      stage_ = point_log_min_ != old_found_ ? Stage::kFindOld : Stage::kPoint;
      return true;
    case Stage::kFindOld:
      FindSomeOld();
      if (next_queue_ == point_queues_.size()) stage_ = Stage::kPoint;
      return true;
    case Stage::kPoint:
      // The log itself may be behind: it is synced on its own beat.
      if (durable < point_.end) return false;
      PINTLE_TRY(WritePoint());
      next_queue_ = 0;
      stage_ = point_log_min_ != old_found_ ? Stage::kRemoveOld : Stage::kIdle;
      return stage_ != Stage::kIdle;
    case Stage::kRemoveOld: {
      PINTLE_ASSIGN(const bool more, RemoveSomeOld());
      if (more) return true;
      old_found_ = point_log_min_;
      stage_ = Stage::kIdle;
      return false;
    }
  }
  return false;
}

Result<bool> DerivedWriter::FlushSomeQueues() {
  for (size_t i = 0; i < kQueuesPerStep && !to_flush_.empty(); ++i) {
    ConsumeQueue* queue = to_flush_.front();
    PINTLE_ASSIGN(const bool more, queue->Flush(kEntriesPerFlush));
    if (more) continue;
    to_flush_.pop_front();
    flushed_lately_.push_back(queue);
  }
  return !to_flush_.empty();
}

// False: there is nothing to do, or it cannot be done.
bool DerivedWriter::BeginSyncOfAll() {
  const auto unsynced = std::ranges::count_if(point_queues_, [](const PointQueue& at) {
    return !at.queue->deleted() && at.queue->synced() < at.end;
  });
  if (!can_sync_all_ || static_cast<size_t>(unsynced) < kManyQueues) return false;
  for (const PointQueue& at : point_queues_) at.queue->ExpectSync();
  BeginSync([this] { return queues_.SyncAll(); });
  return true;
}

Status DerivedWriter::EndSyncOfAll() {
  Status synced = sync_.get();
  if (!synced && synced.error().code == ErrorCode::kUnsupported) {
    can_sync_all_ = false;
    return {};
  }
  if (synced) {
    for (const PointQueue& at : point_queues_) at.queue->NoteSynced(at.end);
  }
  return synced;
}

template <typename Sync>
void DerivedWriter::BeginSync(Sync sync) {
  sync_ = std::async(options_.background_threads ? std::launch::async : std::launch::deferred,
                     std::move(sync));
}

// Waits a moment where there is nothing else to do.
bool DerivedWriter::SyncIsOver() {
  const auto wait =
      std::chrono::milliseconds(to_flush_.empty() && !IsMuchWaiting() ? kSyncWaitMs : 0);
  return sync_.wait_for(wait) != std::future_status::timeout;
}

Status DerivedWriter::SyncOneQueue() {
  // Most queues had nothing since the last time and cost nothing here.
  while (next_queue_ < point_queues_.size()) {
    const auto& [queue, end, first] = point_queues_[next_queue_++];
    if (queue->synced() < end) return queue->Sync();
  }
  return {};
}

bool DerivedWriter::IsAnyWaiting() const {
  return dirty_.entries() > 0 || (index_ != nullptr && index_->pending() > 0);
}

bool DerivedWriter::IsMuchWaiting() const {
  return IsMuchOfIndex() || (dirty_.entries() > kMuch && IsWorthWriting());
}

bool DerivedWriter::IsMuchOfIndex() const {
  return index_ != nullptr && std::cmp_greater(index_->pending(), kMuch);
}

// Thousands of queues to sync take a while, in which senders go on.
Status DerivedWriter::FlushWhatIsMuch() {
  if (IsMuchOfIndex()) PINTLE_TRY(index_->Flush(kKeysPerStep));
  if (to_flush_.empty() && dirty_.entries() > kMuch && IsWorthWriting()) {
    const auto dirty = dirty_.Take();
    to_flush_.assign(dirty.begin(), dirty.end());
  }
  if (!to_flush_.empty()) PINTLE_TRY(FlushSomeQueues());
  return {};
}

void DerivedWriter::FindSomeOld() {
  for (size_t i = 0; i < kQueuesPerStep && next_queue_ < point_queues_.size(); ++i) {
    PointQueue& at = point_queues_[next_queue_++];
    if (at.queue->deleted() || at.end == at.queue->first()) continue;
    // The last file stays, for the queue's length is told by it.
    const QueueOffset min = std::min(at.queue->MinFor(point_log_min_), at.end - 1);
    QueueOffset first = at.queue->FileBegin(min);
    if (first <= at.first) continue;
    // A restart takes blanks at the front for no entries.
    for (auto entry = at.queue->At(first); first < min && entry && entry->blank();)
      entry = at.queue->At(++first);
    at.first = first;
  }
}

Result<bool> DerivedWriter::RemoveSomeOld() {
  for (size_t i = 0; i < kQueuesPerStep && next_queue_ < point_queues_.size(); ++i) {
    const PointQueue& at = point_queues_[next_queue_++];
    if (at.queue->deleted() || at.first <= at.queue->first()) continue;
    auto removed = at.queue->RemoveFilesBelow(at.first);
    // Somebody may be deleting the topic.
    if (!removed && removed.error().code != ErrorCode::kNotFound)
      return std::unexpected(std::move(removed).error());
  }
  if (next_queue_ < point_queues_.size()) return true;
  if (index_ != nullptr) PINTLE_TRY(index_->RemoveBelow(point_log_min_));
  return false;
}

RecoveryPoint DerivedWriter::MakePoint() const {
  RecoveryPoint point;
  point.position = point_.end;
  point.last_record = point_.last_record;
  point.last_timestamp = point_.last_timestamp;
  point.indexed = index_ != nullptr;
  point.last_indexed = point_indexed_;
  for (const auto& [queue, end, kept] : point_queues_) {
    const QueueOffset first = std::max(queue->first(), kept);
    if (end > first && !queue->deleted())
      point.queues.push_back({queue->topic(), queue->queue_id(), first, end});
  }
  MutexLock lock(mutex_);
  point.deleted = deleted_;
  return point;
}

Status DerivedWriter::WritePoint() {
  const RecoveryPoint point = MakePoint();
  {
    MutexLock lock(mutex_);
    PINTLE_TRY(point.Write(fs_, layout_.recovery_point));
  }
  checkpoint_.log_timestamp = point.last_timestamp;
  checkpoint_.queue_timestamp = point.last_timestamp;
  if (index_ != nullptr) checkpoint_.index_timestamp = index_->full_files_timestamp();
  PINTLE_TRY(checkpoint_.Write(fs_, layout_.checkpoint));
  last_point_ = point.position;
  SetCompleteBelow(point.position);
  const int64_t now = clock_.MonotonicMs();
  if (now - point_began_ms_ >= kSlowPointMs) {
    PINTLE_LOG(kInfo,
               "store: a recovery point took {} ms: a restart after a crash reads what was stored "
               "since it was begun",
               now - point_began_ms_);
  }
  point_rested_ms_ = now + (now - point_began_ms_) * kPointShare;
  next_point_ms_ = std::max(now + options_.checkpoint_interval_ms, point_rested_ms_);
  return {};
}

Status DerivedWriter::Finish(LogOffset durable) {
  // What is under way ends first; then one more round, with a point at the very end.
  bool more = stage_ != Stage::kIdle;
  for (int round = 0; round < 2; ++round) {
    while (more) {
      PINTLE_ASSIGN(more, Step(durable));
    }
    stage_ = Stage::kIdle;
    next_point_ms_ = point_rested_ms_ = clock_.MonotonicMs();
    last_point_ = LogOffset(-1);
    if (round == 0) {
      BeginRound();
      more = true;
    }
  }
  return {};
}

void DerivedWriter::SetDeletedTopics(std::vector<RecoveryPoint::DeletedTopic> deleted) {
  MutexLock lock(mutex_);
  deleted_ = std::move(deleted);
}

Status DerivedWriter::RememberDeleted(const std::string& topic) {
  const LogOffset before = appender_.position().end;
  MutexLock lock(mutex_);
  std::erase_if(deleted_,
                [&](const auto& old) { return old.topic == topic || old.before <= log_.min(); });
  deleted_.push_back({topic, before});
  auto point = RecoveryPoint::Read(fs_, layout_.recovery_point);
  if (!point) {
    // Nothing is known but that this topic is gone: recovery goes by RocketMQ's rules otherwise.
    point.emplace();
    point->position = LogOffset(-1);
  }
  std::erase_if(point->queues, [&](const auto& queue) { return queue.topic == topic; });
  point->deleted = deleted_;
  return point->Write(fs_, layout_.recovery_point);
}

}  // namespace pintle::store
