#include "store/disk_message_store.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "model/record.h"
#include "store/checkpoint.h"
#include "store/queue_loader.h"
#include "store/queue_stamps.h"
#include "store/recovery_point.h"

namespace pintle::store {
namespace {

constexpr int32_t kQueryMax = 64;  // maxMsgsNumBatch

Status CheckOptions(const StoreOptions& options) {
  constexpr int64_t kSegmentMin = 4096;
  constexpr int64_t kSegmentMax = INT32_MAX;  // a blank marker holds its length in four bytes
  if (options.segment_bytes < kSegmentMin || options.segment_bytes > kSegmentMax ||
      options.segment_bytes % kSegmentMin != 0) {
    return Fail(ErrorCode::kInvalidArgument,
                "a segment of {} bytes; it must be a multiple of {} up to {}",
                options.segment_bytes, kSegmentMin, kSegmentMax);
  }
  if (options.queue_file_entries < 1 || options.index_slots < 1 || options.index_entries < 2 ||
      options.open_queue_files_max < 1)
    return Fail(ErrorCode::kInvalidArgument, "a size in the store's options is not positive");
  return {};
}

}  // namespace

Result<std::unique_ptr<MessageStore>> MessageStore::Open(FileSystem& fs, const Clock& clock,
                                                         StoreOptions options) {
  return DiskMessageStore::Open(fs, clock, std::move(options));
}

Result<std::unique_ptr<DiskMessageStore>> DiskMessageStore::Open(FileSystem& fs, const Clock& clock,
                                                                 StoreOptions options) {
  PINTLE_TRY(CheckOptions(options));
  std::unique_ptr<DiskMessageStore> store(new DiskMessageStore(fs, clock, std::move(options)));
  PINTLE_TRY(store->Start());
  return store;
}

DiskMessageStore::DiskMessageStore(FileSystem& fs, const Clock& clock, StoreOptions options)
    : fs_(fs),
      clock_(clock),
      options_(std::move(options)),
      layout_(options_.path),
      allocator_(fs, room_,
                 {layout_.commit_log, options_.segment_bytes, options_.pretouch_bytes,
                  options_.disk_free_bytes_min, options_.background_threads}),
      log_(fs, layout_.commit_log, options_.segment_bytes, allocator_),
      files_(fs, layout_.consume_queue, options_.queue_file_entries,
             static_cast<size_t>(options_.open_queue_files_max)),
      queues_(fs, files_, dirty_),
      index_(fs, clock, {layout_.index, {options_.index_slots, options_.index_entries}}),
      repair_(log_, options_.delay_levels_ms),
      reader_(log_, repair_, clock),
      appender_(options_, clock, log_, dirty_, index(), gate_, announcer_),
      derived_(fs, clock, options_, layout_, log_, queues_, dirty_, index(), appender_),
      flusher_(options_, clock, log_, gate_, room_),
      derived_loop_(options_, clock, derived_, flusher_, gate_, room_),
      retention_(fs, clock, options_, layout_.commit_log, log_, flusher_, derived_, gate_) {}

DiskMessageStore::~DiskMessageStore() = default;

Status DiskMessageStore::Start() {
  PINTLE_TRY(fs_.CreateDirectories(layout_.commit_log));
  auto lock = fs_.Lock(layout_.lock);
  if (!lock) {
    return Fail(lock.error().code, "the store {} cannot be locked: {}", layout_.root,
                lock.error().message);
  }
  lock_ = *std::move(lock);
  PINTLE_TRY(Recover());
  derived_.SetCompleteBelow(recovery_.scanned_from);
  flusher_.Start(recovery_.durable);
  derived_loop_.Start();
  retention_.Start();
  return {};
}

Status DiskMessageStore::Recover() {
  PINTLE_ASSIGN(const bool crashed, fs_.Exists(layout_.abort));
  PINTLE_ASSIGN(const Checkpoint checkpoint, Checkpoint::Read(fs_, layout_.checkpoint));
  auto point = RecoveryPoint::Read(fs_, layout_.recovery_point);
  auto stamps = crashed ? std::nullopt : QueueStamps::Read(fs_, layout_.queue_stamps);
  if (stamps && !(point && point->position == stamps->position)) stamps.reset();
  PINTLE_TRY(MarkRunning());

  PINTLE_TRY(log_.Load());
  if (stamps && stamps->tail) log_.BelieveTail(*stamps->tail);
  QueueLoader loader(fs_, files_, queues_,
                     {.stamps = stamps ? &*stamps : nullptr, .point = point ? &*point : nullptr});
  PINTLE_TRY(loader.LoadAll());
  if (options_.index_enable) PINTLE_TRY(index_.Load());
  if (point) derived_.SetDeletedTopics(point->deleted);
  derived_.SetCheckpoint(checkpoint);
  const Recovery::Parts parts{
      fs_, options_, log_, queues_, dirty_, index(), loader.TakeUntouched()};
  PINTLE_ASSIGN(recovery_, Recovery(parts, !crashed, checkpoint, std::move(point)).Run());
  appender_.StartAfter(recovery_.position);
  if (!recovery_.no_space.empty()) {
    gate_.SetDiskFull(
        fmt::format("messages are refused, the disk is full: {}", recovery_.no_space));
  }
  PINTLE_LOG(
      kInfo,
      "store: {} after {}: the log is {}..{}, read from {} ({} messages), {} damaged places, "
      "{} queues and {} entries put right",
      layout_.root, crashed ? "a crash" : "a clean stop", log_.min(), log_.end(),
      recovery_.scanned_from, recovery_.records, recovery_.damages.size(),
      recovery_.queues_repaired, recovery_.entries_repaired);
  return {};
}

Status DiskMessageStore::MarkRunning() {
  PINTLE_ASSIGN(auto file, fs_.Open(layout_.abort, OpenMode::kTruncate));
  // It counts that the file is there; on a full disk it stays empty.
  const Status written = file->WriteAt(0, AsBytes(std::to_string(::getpid())));
  if (!written && written.error().code != ErrorCode::kNoSpace) return written;
  PINTLE_TRY(file->Sync());
  return fs_.SyncDirectory(layout_.root);
}

Status DiskMessageStore::Close() {
  if (std::exchange(closed_, true)) return {};
  gate_.Close();
  room_.Made();  // nobody need wait any longer
  // An append that passed the gate before is over when this returns.
  static_cast<void>(appender_.position());
  retention_.Stop();
  derived_loop_.Stop();
  PINTLE_TRY(flusher_.Stop());
  PINTLE_TRY(derived_.Finish(flusher_.durable()));
  PINTLE_TRY(allocator_.DropPrepared());
  LeaveStamps();
  PINTLE_TRY(fs_.Remove(layout_.abort));
  PINTLE_TRY(fs_.SyncDirectory(layout_.root));
  lock_.reset();
  return {};
}

// Without them the next start takes longer.
void DiskMessageStore::LeaveStamps() {
  auto stamps = QueueStamps::Take(fs_, files_, queues_, log_, derived_.complete_below());
  const Status written = stamps ? stamps->Write(fs_, layout_.queue_stamps)
                                : Status(std::unexpected(std::move(stamps).error()));
  if (!written) {
    PINTLE_LOG(kWarn, "store: {} could not be written: {}", layout_.queue_stamps,
               written.error().message);
  }
}

Result<ConsumeQueue*> DiskMessageStore::OpenQueue(std::string_view topic, int32_t queue_id) {
  return queues_.FindOrCreate(topic, queue_id);
}

ConsumeQueue* DiskMessageStore::FindQueue(std::string_view topic, int32_t queue_id) {
  return queues_.Find(topic, queue_id);
}

// Outside of the append lock: others may be served while this one waits.
template <typename Attempt>
auto DiskMessageStore::WhenThereIsRoom(Attempt attempt) {
  const auto crowded = [](const auto& result) {
    return !result && result.error().code == ErrorCode::kOverloaded;
  };
  auto result = attempt();
  if (!crowded(result)) [[likely]]
    return result;
  const int64_t deadline = clock_.MonotonicMs() + options_.append_wait_ms;
  while (true) {
    const uint64_t seen = room_.made();
    room_.Refused();
    result = attempt();
    const int64_t left = deadline - clock_.MonotonicMs();
    if (!crowded(result) || !options_.background_threads || left <= 0) return result;
    if (!room_.WaitPast(seen, left)) return result;
  }
}

Result<Appended> DiskMessageStore::Append(const NewMessage& message) {
  auto appended = WhenThereIsRoom([&] { return appender_.Append(message); });
  if (appended) [[likely]] {
    flusher_.OnAppended(appended->end);
  } else {
    NoteRefusal(appended.error());
  }
  return appended;
}

Result<std::vector<Appended>> DiskMessageStore::AppendBatch(std::span<const NewMessage> messages) {
  auto appended = WhenThereIsRoom([&] { return appender_.AppendBatch(messages); });
  if (appended) {
    flusher_.OnAppended(appended->back().end);
  } else {
    NoteRefusal(appended.error());
  }
  return appended;
}

void DiskMessageStore::NoteRefusal(const Error& error) {
  // Each further attempt would ask the disk again, under the append mutex.
  if (error.code == ErrorCode::kNoSpace && gate_.open())
    gate_.SetDiskFull(fmt::format("messages are refused, the disk is full: {}", error.message));
}

void DiskMessageStore::SetObserver(AppendObserver* observer) { announcer_.SetObserver(observer); }

void DiskMessageStore::SetDurableListener(std::function<void(LogOffset durable)> listener) {
  flusher_.SetListener(std::move(listener));
}

void DiskMessageStore::SetRoomListener(std::function<void()> listener) {
  room_.SetListener(std::move(listener));
}

ReadResult DiskMessageStore::Read(std::string_view topic, int32_t queue_id, QueueOffset from,
                                  const ReadLimits& limits, const MessageFilter* filter) {
  ConsumeQueue* queue = queues_.Find(topic, queue_id);
  return queue == nullptr ? ReadResult() : reader_.Read(*queue, from, limits, filter);
}

ReadResult DiskMessageStore::Read(ConsumeQueue& queue, QueueOffset from, const ReadLimits& limits,
                                  const MessageFilter* filter) {
  return reader_.Read(queue, from, limits, filter);
}

bool DiskMessageStore::IsRecent(ConsumeQueue& queue, QueueOffset from) {
  return reader_.IsRecent(queue, from);
}

Result<LogSlice> DiskMessageStore::ReadRecord(LogOffset offset) {
  const LogSlice head = log_.Slice(offset, model::kRecordSizeMin);
  if (!head.bytes.empty()) {
    LogSlice slice = log_.Slice(offset, LoadBig<int32_t>(head.bytes.data()));
    const auto record = model::DecodeRecord(slice.bytes, false);
    if (record && record->log_offset == offset) return slice;
  }
  return Fail(ErrorCode::kNotFound, "no message starts at offset {}", offset);
}

QueueOffset DiskMessageStore::MinOffset(std::string_view topic, int32_t queue_id) {
  ConsumeQueue* queue = queues_.Find(topic, queue_id);
  return queue == nullptr ? QueueOffset(0) : queue->MinFor(log_.min());
}

QueueOffset DiskMessageStore::MaxOffset(std::string_view topic, int32_t queue_id) {
  const ConsumeQueue* queue = queues_.Find(topic, queue_id);
  return queue == nullptr ? QueueOffset(0) : queue->end();
}

QueueOffset DiskMessageStore::OffsetByTime(std::string_view topic, int32_t queue_id,
                                           int64_t timestamp_ms, Boundary boundary) {
  ConsumeQueue* queue = queues_.Find(topic, queue_id);
  return queue == nullptr ? QueueOffset(0) : reader_.OffsetByTime(*queue, timestamp_ms, boundary);
}

int64_t DiskMessageStore::StoreTime(std::string_view topic, int32_t queue_id, QueueOffset offset) {
  ConsumeQueue* queue = queues_.Find(topic, queue_id);
  const auto entry = queue == nullptr ? std::nullopt : queue->At(offset);
  return entry && !entry->blank() ? log_.StoreTime(entry->offset) : -1;
}

MessageStore::QueryResult DiskMessageStore::Query(std::string_view topic, std::string_view key,
                                                  int32_t max, int64_t begin_ms, int64_t end_ms) {
  QueryResult out;
  if (!options_.index_enable) return out;
  const auto count = static_cast<size_t>(std::clamp(max, 0, kQueryMax));
  auto found = index_.Find(topic, key, count, begin_ms, end_ms);
  if (!found) {
    PINTLE_LOG(kError, "store: the index cannot be read: {}", found.error().message);
    return out;
  }
  out.index_last_update_timestamp = found->last_timestamp;
  out.index_last_update_offset = found->last_offset;
  for (const LogOffset offset : found->offsets) {
    // The index keeps places of deleted messages until its file goes.
    if (auto record = ReadRecord(offset)) out.records.push_back(*std::move(record));
  }
  return out;
}

Status DiskMessageStore::DeleteTopic(std::string_view topic) {
  PINTLE_TRY(derived_.RememberDeleted(std::string(topic)));
  return queues_.DeleteTopic(topic);
}

std::vector<std::pair<std::string, std::vector<int32_t>>> DiskMessageStore::Topics() {
  return queues_.Topics();
}

void DiskMessageStore::RunUpkeep() {
  if (options_.background_threads) return;
  flusher_.RunTurn();
  derived_loop_.RunTurn();
  retention_.RunTurn();
}

}  // namespace pintle::store
