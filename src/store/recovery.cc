#include "store/recovery.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/log.h"
#include "model/topic.h"
#include "store/index_start.h"
#include "store/queue_starts.h"

namespace pintle::store {
namespace {

constexpr int64_t kProgressBytes = int64_t{1} << 30;
constexpr int64_t kOffsetMax = int64_t{1} << 60;  // no log gets so far: such an entry is damaged
constexpr int64_t kEntriesInMemory = 1 << 20;  // 24 MiB; each time thousands of queues are written
constexpr int64_t kKeysInMemory = 1 << 18;
constexpr size_t kAheadInMemory = 2 << 20;  // 48 MiB of entries that are read in advance
constexpr size_t kAheadMin = 64;            // ... of one queue
constexpr size_t kAheadMax = 4'096;

}  // namespace

Recovery::Recovery(const Parts& parts, bool clean, const Checkpoint& checkpoint,
                   std::optional<RecoveryPoint> point)
    : parts_(parts), clean_(clean), checkpoint_(checkpoint), point_(std::move(point)) {}

Result<RecoveryReport> Recovery::Run() {
  point_usable_ = IsPointUsable();
  PINTLE_ASSIGN(start_, ChooseStart());
  read_from_ = start_;
  report_.durable = start_;
  PINTLE_TRY(CheckQueues());
  PINTLE_TRY(CheckIndex());
  report_.scanned_from = read_from_;
  PINTLE_TRY(Scan());
  KeepLostTail();
  PINTLE_TRY(CutQueues());
  PINTLE_TRY(UnlessFull(parts_.log.Cut(report_.position.end)));
  report_.durable = clean_ ? report_.position.end : std::min(report_.durable, report_.position.end);
  return std::move(report_);
}

bool Recovery::IsPointUsable() const {
  if (!point_ || point_->position < parts_.log.min()) return false;
  if (point_->last_record.value() < 0) return point_->position == parts_.log.min();
  LogScanner scanner(parts_.log.segments(), point_->last_record, true);
  const auto record = scanner.Next();
  return record && record->log_offset == point_->last_record &&
         scanner.position() == point_->position &&
         record->store_timestamp == point_->last_timestamp;
}

Result<LogOffset> Recovery::ChooseStart() const {
  const auto segments = parts_.log.segments();
  if (segments->empty()) {
    // Offsets that queues or clients remember must not come to mean other messages.
    const LogOffset past = std::max(MaxEntryEnd(), point_ ? point_->position : LogOffset(0));
    if (past == LogOffset(0)) return past;
    const LogOffset start = parts_.log.NextSegment(past);
    PINTLE_LOG(kError,
               "store: the commit log has no files, although queues lead to {}: it goes on "
               "at {}",
               past, start);
    return start;
  }
  const LogOffset by_checkpoint = StartByCheckpoint();
  if (!point_usable_) {
    if (point_ && point_->position.value() >= 0) {
      PINTLE_LOG(kWarn, "store: the recovery point at {} does not fit the log; starting at {}",
                 point_->position, by_checkpoint);
    }
    return by_checkpoint;
  }
  // Whoever ran in between, RocketMQ perhaps, may have brought the checkpoint further.
  return clean_ ? std::max(point_->position, by_checkpoint) : point_->position;
}

LogOffset Recovery::MaxEntryEnd() const {
  LogOffset max;
  for (ConsumeQueue* queue : parts_.queues.All()) {
    if (IsKnown(*queue)) {
      // Nothing in it leads past the point.
      max = std::max(max, point_->position);
      continue;
    }
    if (queue->end() == queue->first()) continue;
    const auto entry = queue->At(queue->end() - 1);
    if (entry && !entry->blank() && entry->offset.value() < kOffsetMax)
      max = std::max(max, entry->end());
  }
  return max;
}

// RocketMQ's rule: the newest segment whose first message is old enough to be complete in the log
// and in the queues, as the checkpoint says after a crash, and the queues themselves after a clean
// stop.
LogOffset Recovery::StartByCheckpoint() const {
  const auto segments = parts_.log.segments();
  const LogOffset max_entry = clean_ ? MaxEntryEnd() : LogOffset(0);
  for (auto segment = segments->rbegin(); segment != segments->rend(); ++segment) {
    const LogOffset base = (*segment)->base();
    const auto record = model::DecodeRecord((*segment)->From(base), true);
    if (!record || record->log_offset != base || record->store_timestamp == 0) continue;
    const bool complete =
        clean_ ? base <= max_entry : record->store_timestamp <= checkpoint_.RecoveryTime();
    if (complete) return base;
  }
  return parts_.log.min();
}

Status Recovery::CheckQueues() {
  PINTLE_ASSIGN(const auto promises, Promises());
  for (ConsumeQueue* queue : parts_.queues.All()) {
    const auto found = promises.find(queue);
    PINTLE_TRY(CheckQueue(*queue, found == promises.end() ? Promise() : found->second));
  }
  return {};
}

Result<std::unordered_map<ConsumeQueue*, Recovery::Promise>> Recovery::Promises() {
  std::unordered_map<ConsumeQueue*, Promise> promises;
  if (point_usable_) {
    for (const auto& queue : point_->queues) {
      PINTLE_ASSIGN(ConsumeQueue * found, parts_.queues.FindOrCreate(queue.topic, queue.queue_id));
      promises[found] = {queue.first, queue.end};
    }
    return promises;
  }
  // Without a recovery point the log tells how long a queue was at the start: as long as its first
  // message from there on says.
  const auto starts = FindQueueStarts(
      parts_.log.segments(), start_,
      {.in_threads = parts_.options.background_threads,
       .is_deleted = [this](auto topic, auto offset) { return IsDeleted(topic, offset); }});
  for (const auto& [name, first] : starts) {
    PINTLE_ASSIGN(ConsumeQueue * queue, parts_.queues.FindOrCreate(name.topic, name.queue_id));
    promises[queue].end = first;
  }
  return promises;
}

Status Recovery::CheckQueue(ConsumeQueue& queue, const Promise& promise) {
  QueueState& state = states_[&queue];
  if (IsKnown(queue) && promise.end == queue.end()) {
    state.complete_from = start_;
    state.good_end = queue.end();
    return {};
  }
  const bool front_lost = queue.end() > queue.first() && queue.first() > promise.first;
  // What is there is written again with what is not.
  if (front_lost) queue.SetRange(QueueOffset(0), QueueOffset(0));
  // Entries below the start are trusted if there are as many as there must be, and the last of
  // them leads to its message. A changed entry can mislead the search for the last: then fewer are
  // found than there must be, or those behind it still lead below the start.
  const QueueOffset wanted = FirstFromStart(queue, promise.end);
  const bool is_short = wanted < promise.end ||
                        (wanted < queue.end() && queue.LowerBound(start_, wanted + 1) > wanted + 1);
  const QueueOffset first = queue.MinFor(parts_.log.min());
  QueueOffset good = wanted;
  while (good > first && !LeadsToItsRecord(queue, good - 1)) good += -1;
  state.good_end = good;
  state.complete_from = start_;
  if (good == wanted && !is_short) return {};

  const auto last = good > first ? queue.At(good - 1) : std::nullopt;
  state.complete_from = last && !last->blank() ? last->end() : parts_.log.min();
  state.complete_from = std::min(state.complete_from, start_);
  read_from_ = std::min(read_from_, state.complete_from);
  ++report_.queues_repaired;
  PINTLE_LOG(
      kError,
      "store: {} queue {} is sound up to entry {}, not {}: it is made anew from the log at {}",
      queue.topic(), queue.queue_id(), good, std::max(wanted, promise.end), state.complete_from);
  return {};
}

QueueOffset Recovery::FirstFromStart(ConsumeQueue& queue, QueueOffset guess) const {
  const auto is_before = [&](QueueOffset at) {
    const auto entry = queue.At(at);
    return entry && (entry->blank() || entry->offset < start_);
  };
  const bool is_there = guess > queue.first() && guess <= queue.end() && is_before(guess - 1) &&
                        (guess == queue.end() || !is_before(guess));
  return is_there ? guess : queue.LowerBound(start_);
}

bool Recovery::LeadsToItsRecord(ConsumeQueue& queue, QueueOffset at) {
  const auto entry = queue.At(at);
  if (!entry || !entry->written()) return false;
  if (entry->blank()) return true;
  // Below the log's start there is nothing to compare with.
  if (entry->offset < parts_.log.min()) return true;
  const auto record = RecordAt(parts_.log, entry->offset);
  if (!record || record->size != entry->size) return false;
  const bool light = queue.topic().starts_with(model::kLightTopicPrefix);
  return light || (record->topic == queue.topic() && record->queue_id == queue.queue_id() &&
                   record->queue_offset == at);
}

Status Recovery::CheckIndex() {
  if (parts_.index == nullptr) return {};
  IndexStart index(*parts_.index, parts_.log,
                   {.start = start_, .point = point_usable_ ? &*point_ : nullptr, .clean = clean_});
  PINTLE_ASSIGN(index_from_, index.Find());
  read_from_ = std::min(read_from_, index_from_);
  return {};
}

Status Recovery::Scan() {
  ahead_ = std::clamp(kAheadInMemory / (states_.size() + 1), kAheadMin, kAheadMax);
  RecordFeed feed(parts_.log.segments(), read_from_,
                  {.check_crc = parts_.options.check_crc_on_recover,
                   .in_thread = parts_.options.background_threads,
                   .delay_levels_ms = &parts_.options.delay_levels_ms,
                   .keys = parts_.index != nullptr,
                   .keys_from = index_from_});
  next_progress_ = read_from_.value() + kProgressBytes;
  report_.position.end = read_from_;
  if (point_usable_) {
    report_.position.last_record = point_->last_record;
    report_.position.last_timestamp = point_->last_timestamp;
  }
  for (auto records = feed.Next(); !records.empty(); records = feed.Next()) {
    report_.records += static_cast<int64_t>(records.size());
    if (parts_.index != nullptr) parts_.index->Add(feed.keys());
    for (const FedRecord& record : records) {
      report_.position.last_timestamp =
          std::max(report_.position.last_timestamp, record.store_timestamp);
      PINTLE_TRY(Take(record));
    }
    report_.position.last_record = records.back().offset();
    PINTLE_TRY(FlushWhatIsMuch());
    ReportProgress(records.back().entry.end());
  }
  report_.position.end = feed.position();
  report_.damages.insert(report_.damages.begin(), feed.damages().begin(), feed.damages().end());
  for (const LogDamage& damage : feed.damages()) {
    PINTLE_LOG(kError,
               "store: no message can be read at {}..{} of the log ({}); what follows is "
               "served",
               damage.from, damage.to, damage.why);
  }
  return {};
}

// A log that ends before a place to which it once was durable has lost messages to something worse
// than a crash. Their offsets are not given again, and what is left of them stays for whoever can
// make something of it: the log goes on in a new segment.
void Recovery::KeepLostTail() {
  LogOffset known = point_ ? point_->position : LogOffset(0);
  // After a clean stop queues never lead past the log.
  if (clean_) known = std::max(known, MaxEntryEnd());
  LogOffset& end = report_.position.end;
  if (end >= known) return;
  const LogOffset next = parts_.log.NextSegment(known - 1);
  PINTLE_LOG(kError,
             "store: the log ends at {}, but was durable up to {}: what was between is lost; "
             "it goes on at {}",
             end, known, next);
  report_.damages.push_back({end, next, "the end of the log is lost"});
  for (auto& [queue, state] : states_) state.good_end = std::max(state.good_end, queue->end());
  end = next;
  report_.position.last_record = LogOffset(-1);
}

Status Recovery::Take(const FedRecord& record) {
  if (!record.has_entry || IsDeleted(record.topic, record.offset())) return {};
  PINTLE_ASSIGN(const Target target, TargetOf(record));
  if (record.offset() < target.state->complete_from) return {};
  return TakeEntry(*target.queue, *target.state, record.queue_offset, record.entry);
}

Result<Recovery::Target> Recovery::TargetOf(const FedRecord& record) {
  if (record.queue >= targets_.size()) targets_.resize(record.queue + 1);
  Target& target = targets_[record.queue];
  if (target.queue != nullptr) return target;
  PINTLE_ASSIGN(target.queue, parts_.queues.FindOrCreate(record.topic, record.queue_id));
  const auto [state, is_new] = states_.try_emplace(target.queue);
  if (is_new) state->second.complete_from = read_from_;
  target.state = &state->second;
  return target;
}

Status Recovery::FlushWhatIsMuch() {
  if (parts_.dirty.entries() > kEntriesInMemory) PINTLE_TRY(FlushQueues());
  const bool many_keys = parts_.index != nullptr && parts_.index->pending() > kKeysInMemory;
  return many_keys ? FlushIndex() : Status();
}

Status Recovery::TakeEntry(ConsumeQueue& queue, QueueState& state, QueueOffset at,
                           const QueueEntry& entry) {
  // Below what is there: messages whose entries went with an older part of the log, or a second
  // record for the same place. The first one counts.
  if (at < state.good_end || at < queue.first()) return {};
  if (at >= queue.next()) {
    if (at > queue.next() && !IsPossible(queue, at, entry.offset)) {
      report_.damages.push_back({entry.offset, entry.end(), "its place in the queue cannot be"});
      PINTLE_LOG(kError,
                 "store: the message at {} of the log says that it is {} of {} queue {}, "
                 "which ends at {}: it is in no queue",
                 entry.offset, at, queue.topic(), queue.queue_id(), queue.next());
      return {};
    }
    if (at > queue.next()) queue.SkipTo(at);
    queue.Append(entry);
  } else if (state.IsAhead(at) || at < queue.written()) {
    for (QueueOffset lost = state.good_end; lost < at; ++lost) {
      PINTLE_ASSIGN(const QueueEntry there, EntryInFile(queue, state, lost));
      if (!there.blank()) PINTLE_TRY(queue.Overwrite(lost, QueueEntry::Blank()));
    }
    PINTLE_ASSIGN(const QueueEntry there, EntryInFile(queue, state, at));
    if (there != entry) {
      PINTLE_TRY(queue.Overwrite(at, entry));
      ++report_.entries_repaired;
    }
  }
  state.good_end = at + 1;
  return {};
}

// No checksum covers a record's place in its queue. Where messages are lost there cannot have been
// more of them than records fit into that part of the log.
bool Recovery::IsPossible(ConsumeQueue& queue, QueueOffset at, LogOffset offset) const {
  constexpr int64_t kPlaceMax = int64_t{1} << 58;  // times the size of an entry it names a file
  if (at.value() < 0 || at.value() > kPlaceMax) return false;
  if (queue.next() == queue.first()) return true;
  const auto last = queue.At(queue.next() - 1);
  const LogOffset from = last && !last->blank() ? last->end() : parts_.log.min();
  return at - queue.next() <= (offset - from) / static_cast<int64_t>(model::kRecordSizeMin);
}

Result<QueueEntry> Recovery::EntryInFile(ConsumeQueue& queue, QueueState& state, QueueOffset at) {
  if (!state.IsAhead(at)) {
    state.ahead.resize(ahead_);
    PINTLE_ASSIGN(const size_t count, queue.Read(at, state.ahead));
    state.ahead.resize(count);
    state.ahead_from = at;
    if (count == 0) return QueueEntry();
  }
  return state.ahead[static_cast<size_t>(at - state.ahead_from)];
}

Status Recovery::FlushQueues() {
  if (!report_.no_space.empty()) return {};
  for (ConsumeQueue* queue : parts_.dirty.Take()) {
    Result<bool> more = report_.no_space.empty();
    while (more && *more) more = queue->Flush(kEntriesInMemory);
    if (!more) PINTLE_TRY(UnlessFull(std::unexpected(std::move(more).error())));
    // The upkeep tries again.
    if (!report_.no_space.empty()) parts_.dirty.Add(queue);
  }
  return {};
}

Status Recovery::FlushIndex() {
  Result<bool> more = report_.no_space.empty();
  while (more && *more) more = parts_.index->Flush(kKeysInMemory);
  return more ? Status() : UnlessFull(std::unexpected(std::move(more).error()));
}

Status Recovery::UnlessFull(Status status) {
  if (status || status.error().code != ErrorCode::kNoSpace) return status;
  if (report_.no_space.empty()) report_.no_space = std::move(status).error().message;
  return {};
}

Status Recovery::CutQueues() {
  for (auto& [queue, state] : states_) {
    // The log does not tell the offsets of light queues: what leads into it is believed.
    if (queue->topic().starts_with(model::kLightTopicPrefix))
      state.good_end = queue->LowerBound(report_.position.end);
    if (queue->end() <= state.good_end) continue;
    PINTLE_LOG(kWarn, "store: {} queue {} led past the log's end: cut from entry {} to {}",
               queue->topic(), queue->queue_id(), queue->end(), state.good_end);
    PINTLE_TRY(queue->Cut(std::max(state.good_end, queue->first())));
  }
  return {};
}

bool Recovery::IsDeleted(std::string_view topic, LogOffset offset) const {
  if (!point_) return false;
  return std::ranges::any_of(point_->deleted, [&](const auto& deleted) {
    return deleted.topic == topic && offset < deleted.before;
  });
}

void Recovery::ReportProgress(LogOffset at) {
  if (at.value() < next_progress_) return;
  next_progress_ = at.value() + kProgressBytes;
  const auto segments = parts_.log.segments();
  PINTLE_LOG(kInfo, "store: recovery has read the log up to {} of at most {}", at,
             segments->back()->limit());
}

}  // namespace pintle::store
