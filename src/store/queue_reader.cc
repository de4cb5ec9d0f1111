#include "store/queue_reader.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

#include "base/log.h"
#include "model/record.h"
#include "store/log_entry.h"

namespace pintle::store {
namespace {

constexpr int64_t kEntriesPerReadMin = 800;  // maxFilterMessageSize 16000 / 20
constexpr int64_t kReadBytesMin = 100;
constexpr int64_t kReadBytesMax = 128 << 20;  // MAX_PULL_MSG_SIZE
constexpr int32_t kSlicesAtOnce = 32;         // what clients ask for
constexpr int64_t kRecentBytes = 64 << 20;
constexpr size_t kPrefetched = 8;  // records ahead of the one that is looked at

ReadResult Empty(ReadStatus status, QueueOffset next, QueueOffset min, QueueOffset max) {
  ReadResult out;
  out.status = status;
  out.next = next;
  out.min = min;
  out.max = max;
  return out;
}

}  // namespace

// One walk over the entries of a queue.
class QueueReader::Pass {
 public:
  Pass(const QueueReader& reader, ConsumeQueue& queue, const ReadLimits& limits,
       const MessageFilter* filter, ReadResult& result)
      : reader_(reader),
        queue_(queue),
        limits_(limits),
        bytes_max_(std::clamp(limits.bytes, kReadBytesMin, kReadBytesMax)),
        filter_(filter),
        view_(reader.log_),
        result_(result) {}

  // What Take() will look at, and the socket will copy, is on its way from memory by then. Only in
  // the segment of the last message: there are few others.
  void Prefetch(const QueueEntry& entry) const {
    constexpr size_t kLineBytes = 64;
    constexpr size_t kBytesMax = 512;
    if (last_ == nullptr || !last_->Contains(entry.offset)) return;
    const ByteView there = last_->From(entry.offset);
    const size_t wanted = std::min<size_t>(static_cast<uint32_t>(entry.size), kBytesMax);
    const std::byte* const end = there.data() + std::min(there.size(), wanted);
    for (const std::byte* line = there.data(); line < end; line += kLineBytes)
      __builtin_prefetch(line);
  }

  // False: the read is complete.
  bool Take(QueueEntry entry) {
    const bool full = result_.messages > 0 && (result_.messages >= limits_.messages ||
                                               result_.bytes + entry.size > bytes_max_);
    if (full) return false;
    const QueueOffset at = result_.next;
    ++result_.next;
    // In a log file that is gone all further entries lead nowhere either.
    if (skip_below_ && entry.offset < *skip_below_) return true;
    if (entry.blank()) return Skip(ReadStatus::kMessageWasRemoving);
    if (!entry.written() && !Repaired(at, entry)) return Skip(ReadStatus::kMessageWasRemoving);
    if (filter_ != nullptr && !filter_->MatchesTagsCode(TagsCodeOf(entry)))
      return Skip(ReadStatus::kNoMatchedMessage);
    const auto* segment = view_.Find(entry.offset, entry.size);
    const bool deleted = segment == nullptr && entry.offset < reader_.log_.min();
    if (deleted) {
      skip_below_ = reader_.log_.NextSegment(entry.offset);
      return Skip(ReadStatus::kMessageWasRemoving);
    }
    if (segment == nullptr || !EntryFits(queue_, at, entry, RecordOf(entry, *segment)))
      segment = Repaired(at, entry) ? view_.Find(entry.offset, entry.size) : nullptr;
    if (segment == nullptr) return Skip(ReadStatus::kMessageWasRemoving);
    last_ = segment->get();
    const ByteView record = RecordOf(entry, *segment);
    if (filter_ != nullptr && !filter_->MatchesRecord(record))
      return Skip(ReadStatus::kNoMatchedMessage);
    Add(record, *segment);
    return true;
  }

 private:
  // Why nothing was found, as long as nothing is.
  bool Skip(ReadStatus why) {
    if (result_.messages == 0) result_.status = why;
    return true;
  }

  // With enableConsumeQueueExt RocketMQ writes in place of the tags code where it is to be found, a
  // number that no hash of 32 bits is. The message itself tells its tags too.
  int64_t TagsCodeOf(const QueueEntry& entry) const {
    if (entry.tags_code >= std::numeric_limits<int32_t>::min()) [[likely]]
      return entry.tags_code;
    const auto* segment = view_.Find(entry.offset, entry.size);
    if (segment == nullptr) return entry.tags_code;
    const auto record = model::DecodeRecord(RecordOf(entry, *segment), false);
    return record ? LogEntryOf(*record, {}).entry.tags_code : entry.tags_code;
  }

  static ByteView RecordOf(const QueueEntry& entry, const std::shared_ptr<Segment>& segment) {
    return segment->From(entry.offset).first(static_cast<size_t>(entry.size));
  }

  // An entry that a bad disk changed would send anybody's bytes to a client, or skip a message.
  bool Repaired(QueueOffset at, QueueEntry& entry) {
    if (!reader_.repair_.Repair(queue_, at)) return false;
    entry = queue_.At(at).value_or(QueueEntry());
    return entry.written();
  }

  void Add(ByteView record, const std::shared_ptr<Segment>& segment) {
    result_.status = ReadStatus::kFound;
    ++result_.messages;
    result_.bytes += static_cast<int64_t>(record.size());
    skip_below_.reset();
    auto& slices = result_.slices;
    const bool same_segment = pinned_ == segment.get();
    if (same_segment && slices.back().bytes.data() + slices.back().bytes.size() == record.data()) {
      slices.back().bytes = {slices.back().bytes.data(),
                             slices.back().bytes.size() + record.size()};
      return;
    }
    if (slices.empty())
      slices.reserve(static_cast<size_t>(std::min(limits_.messages, kSlicesAtOnce)));
    LogSlice& slice = slices.emplace_back();
    slice.bytes = record;
    // Loops that read the same segment would pass its counter to and fro with every message.
    if (!same_segment) slice.pin = segment;
    pinned_ = segment.get();
  }

  const QueueReader& reader_;
  ConsumeQueue& queue_;
  const ReadLimits& limits_;
  const int64_t bytes_max_;
  const MessageFilter* filter_;
  const LogView view_;
  ReadResult& result_;
  std::optional<LogOffset> skip_below_;
  const Segment* last_ = nullptr;    // of the last message, taken or not
  const Segment* pinned_ = nullptr;  // by the last slice that has a pin
};

ReadResult QueueReader::Read(ConsumeQueue& queue, QueueOffset from, const ReadLimits& limits,
                             const MessageFilter* filter) {
  const QueueOffset min = queue.MinFor(log_.min());
  const QueueOffset max = queue.end();
  if (queue.deleted()) return Empty(ReadStatus::kNoMatchedLogicQueue, QueueOffset(0), {}, {});
  if (max == QueueOffset(0)) return Empty(ReadStatus::kNoMessageInQueue, QueueOffset(0), min, max);
  if (from < min) return Empty(ReadStatus::kOffsetTooSmall, min, min, max);
  if (from == max) return Empty(ReadStatus::kOffsetOverflowOne, from, min, max);
  if (from > max) return Empty(ReadStatus::kOffsetOverflowBadly, max, min, max);

  ReadResult result = Empty(ReadStatus::kNoMatchedMessage, from, min, max);
  Pass pass(*this, queue, limits, filter, result);
  int64_t entries_left = std::max<int64_t>(kEntriesPerReadMin, limits.messages);
  std::array<QueueEntry, 64> entries;
  // Without a filter most entries are a message.
  const auto entries_at_once = static_cast<int64_t>(
      filter == nullptr
          ? std::clamp<size_t>(static_cast<size_t>(limits.messages), 1, entries.size())
          : entries.size());
  bool more = true;
  const QueueOffset file_end = queue.FileEnd(from);
  while (more && entries_left > 0 && result.next < std::min(max, file_end)) {
    const auto wanted =
        static_cast<size_t>(std::min<int64_t>({entries_at_once, entries_left, max - result.next}));
    const auto count = queue.Read(result.next, std::span(entries).first(wanted));
    if (!count || *count == 0) {
      if (result.messages == 0) {
        result.status = ReadStatus::kOffsetFoundNull;
        result.next = file_end;
      }
      break;
    }
    if (limits.recent_only && result.next == from && !IsRecent(entries.front()))
      return Empty(ReadStatus::kNotRecent, from, min, max);
    entries_left -= static_cast<int64_t>(*count);
    size_t fetched = 0;
    for (size_t i = 0; more && i < *count; ++i) {
      more = pass.Take(entries[i]);
      const size_t fetch_to = std::min(*count, i + 1 + kPrefetched);
      for (fetched = std::max(fetched, i + 1); more && fetched < fetch_to; ++fetched)
        pass.Prefetch(entries[fetched]);
    }
  }
  return result;
}

QueueOffset QueueReader::OffsetByTime(ConsumeQueue& queue, int64_t timestamp_ms,
                                      Boundary boundary) const {
  const QueueOffset min = queue.MinFor(log_.min());
  const QueueOffset max = queue.end();
  // The first message that is too late: for kLower, at or after the time; for kUpper, after it.
  // Places without a message count with the next one that has one.
  QueueOffset low = min;
  QueueOffset high = max;
  while (low < high) {
    const QueueOffset middle = low + (high - low) / 2;
    QueueOffset probe = middle;
    int64_t time = -1;
    for (; probe < high; ++probe) {
      const auto entry = queue.At(probe);
      time = entry && !entry->blank() ? log_.StoreTime(entry->offset) : -1;
      if (time >= 0) break;
    }
    const bool too_late =
        time < 0 || (boundary == Boundary::kLower ? time >= timestamp_ms : time > timestamp_ms);
    if (too_late) {
      high = middle;
    } else {
      low = probe + 1;
    }
  }
  return boundary == Boundary::kLower ? low : std::max(min, low - 1);
}

bool QueueReader::IsRecent(ConsumeQueue& queue, QueueOffset from) {
  if (from >= queue.end()) return true;
  const auto entry = queue.At(from);
  return !entry || IsRecent(*entry);
}

bool QueueReader::IsRecent(const QueueEntry& entry) {
  if (entry.blank() || log_.end() - entry.offset <= kRecentBytes) return true;
  constexpr size_t kProbe = 64 << 10;
  const auto segments = log_.segments();
  const auto* segment = FindSegment(*segments, entry.offset);
  return segment == nullptr || residency_.Has(**segment, entry.offset, kProbe);
}

}  // namespace pintle::store
