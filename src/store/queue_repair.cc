#include "store/queue_repair.h"

#include <algorithm>

#include "base/log.h"
#include "model/topic.h"
#include "store/log_entry.h"
#include "store/log_scanner.h"

namespace pintle::store {
namespace {

constexpr int64_t kNeighboursMax = 4'096;    // entries looked at on each side
constexpr int64_t kLogBytesMax = 256 << 20;  // of the log read for one repair
constexpr size_t kHopelessMax = 65'536;

}  // namespace

bool EntryFits(const ConsumeQueue& queue, QueueOffset at, const QueueEntry& entry,
               ByteView record) {
  const bool leads_there =
      record.size() >= std::max<size_t>(model::kRecordSizeMin, static_cast<size_t>(entry.size)) &&
      LoadBig<int32_t>(record.data()) == entry.size &&
      LoadBig<int64_t>(record.data() + model::kRecordLogOffsetAt) == entry.offset.value();
  if (!leads_there) return false;
  // A client stops at a record whose lengths are wrong, and misses those behind it.
  if (!model::IsWholeRecord(record.first(static_cast<size_t>(entry.size)))) return false;
  // Light queues hold messages of other queues, under offsets of their own.
  if (queue.topic().starts_with(model::kLightTopicPrefix)) return true;
  return LoadBig<int32_t>(record.data() + model::kRecordQueueIdAt) == queue.queue_id() &&
         LoadBig<int64_t>(record.data() + model::kRecordQueueOffsetAt) == at.value();
}

bool QueueRepair::Repair(ConsumeQueue& queue, QueueOffset at) {
  MutexLock lock(mutex_);
  if (hopeless_.contains({&queue, at})) return false;
  found_.fetch_add(1, std::memory_order_relaxed);

  QueueOffset before = at - 1;
  const QueueOffset lowest = std::max(queue.first(), at - kNeighboursMax);
  while (before >= lowest && !IsSound(queue, before)) before += -1;
  QueueOffset after = at + 1;
  const QueueOffset highest = std::min(queue.end(), at + kNeighboursMax);
  while (after < highest && !IsSound(queue, after)) ++after;
  const LogOffset log_from =
      before >= lowest ? queue.At(before).value_or(QueueEntry()).end() : log_.min();
  const LogOffset log_to =
      after < highest ? queue.At(after).value_or(QueueEntry()).offset : log_.end();

  int count = 0;
  const bool bounded = log_to - log_from <= kLogBytesMax;
  if (bounded) count = RebuildBetween(queue, std::max(before + 1, lowest), after, log_from, log_to);
  repaired_.fetch_add(count, std::memory_order_relaxed);
  PINTLE_LOG(
      kError,
      "store: entry {} of {} queue {} does not lead to its message; {} entries made anew from "
      "the log{}",
      at, queue.topic(), queue.queue_id(), count,
      bounded ? "" : ": too much of it lies between its neighbours, run `pintle store repair`");
  if (IsSound(queue, at)) return true;
  if (hopeless_.size() >= kHopelessMax) hopeless_.clear();
  hopeless_.emplace(&queue, at);
  return false;
}

bool QueueRepair::IsSound(ConsumeQueue& queue, QueueOffset at) const {
  const auto entry = queue.At(at);
  if (!entry || !entry->written() || entry->blank()) return false;
  const LogSlice record = log_.Slice(entry->offset, entry->size);
  return EntryFits(queue, at, *entry, record.bytes);
}

int QueueRepair::RebuildBetween(ConsumeQueue& queue, QueueOffset from, QueueOffset to,
                                LogOffset log_from, LogOffset log_to) {
  LogScanner scanner(log_.segments(), log_from, true);
  int count = 0;
  while (scanner.position() < log_to) {
    const auto record = scanner.Next();
    if (!record || record->log_offset >= log_to) break;
    const bool ours = record->topic == queue.topic() && record->queue_id == queue.queue_id() &&
                      HasQueueEntry(record->sys_flag) && record->queue_offset >= from &&
                      record->queue_offset < to && record->queue_offset < queue.written();
    if (!ours) continue;
    const QueueEntry entry = LogEntryOf(*record, delay_levels_ms_).entry;
    if (queue.At(record->queue_offset) == entry) continue;
    if (Status done = queue.Overwrite(record->queue_offset, entry); !done) {
      PINTLE_LOG(kError, "store: {}", done.error().message);
      break;
    }
    ++count;
  }
  return count;
}

}  // namespace pintle::store
