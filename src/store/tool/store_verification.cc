#include "store/tool/store_verification.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "model/topic.h"
#include "store/message_index.h"
#include "store/store_options.h"
#include "store/tool/tag_key.h"

namespace pintle::store {
namespace {

constexpr auto kEntryBytes = static_cast<int64_t>(QueueEntry::kBytes);
constexpr int64_t kProgressBytes = 4 << 20;
constexpr size_t kOpenFilesMax = 256;

bool SamePlace(const model::Record& a, const model::Record& b) {
  return a.topic == b.topic && a.queue_id == b.queue_id && a.queue_offset == b.queue_offset;
}

bool IsLight(std::string_view topic) { return topic.starts_with(model::kLightTopicPrefix); }

}  // namespace

StoreVerification::StoreVerification(const StoppedStore& store, VerificationListener listener)
    : store_(store),
      listener_(std::move(listener)),
      delay_levels_ms_(StoreOptions().delay_levels_ms),
      deleted_(store),
      coverage_(store,
                [this](LogOffset from, LogOffset to, int64_t messages) {
                  Report(store_.layout().index, 0,
                         fmt::format("keys of the messages at {}..{} of the log are missing ({} "
                                     "messages)",
                                     from, to, messages));
                }),
      files_(store.fs(), store.layout().consume_queue, store.shape().queue_file_entries,
             kOpenFilesMax) {
  for (const auto& segment : *store.segments())
    total_ += static_cast<int64_t>(segment->From(segment->base()).size());
  for (const StoredQueue& queue : store.queues()) {
    for (const QueueFile& file : queue.files) total_ += file.bytes;
  }
  for (const StoredIndex& index : store.indexes()) total_ += index.bytes();
}

Result<VerificationReport> StoreVerification::Run() {
  Progress(0);
  PINTLE_TRY(CheckSegments());
  PINTLE_TRY(CheckLog());
  for (const StoredQueue& queue : store_.queues()) PINTLE_TRY(CheckQueue(queue));
  for (const StoredIndex& index : store_.indexes()) {
    CheckIndex(index);
    Progress(index.bytes());
  }
  next_progress_ = 0;
  Progress(total_ - done_);
  return report_;
}

Status StoreVerification::CheckSegments() {
  const Segment* before = nullptr;
  for (const auto& segment : *store_.segments()) {
    const auto bytes = static_cast<int64_t>(segment->From(segment->base()).size());
    const int64_t wanted = segment->limit() - segment->base();
    if (bytes != wanted) {
      Report(segment->path(), bytes,
             fmt::format("the file has {} bytes instead of {}", bytes, wanted));
    }
    if (before != nullptr && before->limit() != segment->base()) {
      damages_.push_back({before->limit(), segment->base(), "there is no segment file"});
      Report(
          JoinPath(store_.layout().commit_log, OffsetFileName(before->limit().value())), 0,
          fmt::format("there is no file for {}..{} of the log", before->limit(), segment->base()));
    }
    before = segment.get();
  }
  return {};
}

Status StoreVerification::CheckLog() {
  if (store_.segments()->empty()) return {};
  LogScanner scanner(store_.segments(), store_.log_min(), true);
  size_t told = 0;
  LogOffset before = store_.log_min();
  while (true) {
    const auto record = scanner.Next();
    for (; told < scanner.damages().size(); ++told) {
      const LogDamage& damage = scanner.damages()[told];
      const bool known = InDamage(damage.from);
      damages_.push_back(damage);
      if (known) continue;
      ReportInLog(damage.from, fmt::format("no sound record in {}..{} of the log: {}", damage.from,
                                           damage.to, damage.why));
    }
    if (!record) break;
    ++report_.records;
    report_.record_bytes += record->size;
    PINTLE_TRY(CheckEntryOf(*record));
    coverage_.Take(*record);
    Progress(scanner.position() - before);
    before = scanner.position();
  }
  coverage_.Finish();
  report_.log_end = scanner.position();
  CheckTail(scanner.position());
  for (const auto& segment : *store_.segments())
    Progress(static_cast<int64_t>(segment->From(std::max(before, segment->base())).size()));
  return {};
}

// Behind the last record there are zeros, or the mark that says that the segment ends there.
void StoreVerification::CheckTail(LogOffset end) {
  for (const auto& segment : *store_.segments()) {
    if (segment->limit() <= end) continue;
    const LogOffset from = std::max(end, segment->base());
    ByteView rest = segment->From(from);
    const bool blank = rest.size() >= 8 &&
                       LoadBig<int32_t>(rest.data() + 4) == model::kBlankMagic &&
                       LoadBig<int32_t>(rest.data()) == segment->limit() - from;
    if (blank) rest = rest.subspan(8);
    const auto garbage = std::ranges::find_if(rest, [](std::byte b) { return b != std::byte{}; });
    if (garbage == rest.end()) continue;
    damages_.push_back({from, segment->limit(), "torn"});
    ReportInLog(from, "torn tail: what follows the last record of the log is no record");
  }
}

// A topic that was deleted and made again counts from zero a second time.
bool StoreVerification::IsNewerTwin(const QueueEntry& entry, const model::Record& record) const {
  if (!entry.written() || entry.blank() || entry.offset <= record.log_offset) return false;
  const auto other = store_.RecordAt(entry.offset);
  return other && other->size == entry.size && SamePlace(*other, record);
}

Result<std::optional<QueueEntry>> StoreVerification::EntryAt(const model::Record& record) {
  std::array<std::byte, QueueEntry::kBytes> bytes{};
  const auto count =
      files_.Read(files_.Folder(record.topic, record.queue_id), record.queue_offset, bytes);
  if (!count && count.error().code == ErrorCode::kNotFound) return std::nullopt;
  if (!count) return std::unexpected(count.error());
  return QueueEntry::Load(bytes.data());
}

Status StoreVerification::CheckEntryOf(const model::Record& record) {
  if (!HasQueueEntry(record.sys_flag)) return {};
  const QueueEntry wanted = LogEntryOf(record, delay_levels_ms_).entry;
  std::optional<QueueEntry> entry;
  if (record.queue_id >= 0 && record.queue_offset.value() >= 0) {
    PINTLE_ASSIGN(entry, EntryAt(record));
  }
  if (entry && entry->offset == wanted.offset && entry->size == wanted.size) {
    // When a delayed message is due depends on the broker's delay levels, which are not in the
    // store.
    if (entry->tags_code == wanted.tags_code || record.topic == model::kScheduleTopic ||
        entry->extended())
      return {};
  } else if (deleted_.Contains(record) || (entry && IsNewerTwin(*entry, record))) {
    ++report_.without_queue;
    return {};
  }
  const QueueOffset first = files_.FirstOf(record.queue_offset);
  const std::string folder = files_.Folder(record.topic, record.queue_id);
  const std::string file = JoinPath(folder, OffsetFileName(first.value() * kEntryBytes));
  const int64_t at = (record.queue_offset - first) * kEntryBytes;
  told_.insert({file, at});
  std::string found = "there is no such file";
  if (entry && !entry->written()) found = "nothing is written there";
  if (entry && entry->blank()) found = "it is blank";
  if (entry && entry->written() && !entry->blank()) {
    found = fmt::format("it leads to {} with {} bytes and the tags code {}", entry->offset,
                        entry->size, entry->tags_code);
  }
  Report(file, at,
         fmt::format("the entry {} of the record at {} ({} bytes, tags code {}): {}",
                     record.queue_offset, record.log_offset, wanted.size, wanted.tags_code, found));
  return {};
}

Status StoreVerification::CheckQueue(const StoredQueue& queue) {
  for (size_t i = 0; i < queue.files.size(); ++i) {
    const QueueFile& file = queue.files[i];
    if (file.entries() != files_.entries_per_file() || file.bytes % kEntryBytes != 0) {
      Report(file.path, file.bytes,
             fmt::format("the file has {} bytes instead of {}", file.bytes, files_.file_bytes()));
    }
    if (i > 0 && queue.files[i - 1].first + files_.entries_per_file() != file.first) {
      Report(file.path, 0,
             fmt::format("there is no file before it, for the entries from {} on",
                         queue.files[i - 1].first + files_.entries_per_file()));
    }
    PINTLE_TRY(CheckQueueFile(queue, file));
    Progress(file.bytes);
  }
  return {};
}

Status StoreVerification::CheckQueueFile(const StoredQueue& queue, const QueueFile& file) {
  constexpr int64_t kChunk = 4096;
  PINTLE_ASSIGN(const auto open, store_.fs().Open(file.path, OpenMode::kRead));
  std::vector<std::byte> bytes(static_cast<size_t>(kChunk * kEntryBytes));
  int64_t hole = -1;  // the first entry that was never written
  for (int64_t from = 0; from < file.entries(); from += kChunk) {
    PINTLE_ASSIGN(const size_t got, open->ReadAt(from * kEntryBytes, bytes));
    const auto count = std::min(file.entries() - from, static_cast<int64_t>(got) / kEntryBytes);
    for (int64_t i = 0; i < count; ++i) {
      const QueueEntry entry = QueueEntry::Load(bytes.data() + i * kEntryBytes);
      if (entry == QueueEntry()) {
        if (hole < 0) hole = from + i;
        continue;
      }
      // The first message of a log starts at 0 and has a size, so zeros are never an entry.
      if (hole >= 0 && !told_.contains({file.path, hole * kEntryBytes})) {
        Report(file.path, hole * kEntryBytes,
               fmt::format("the entry {} was never written, although there are some behind it",
                           file.first + hole));
      }
      hole = -1;
      CheckEntry(queue, file, from + i, entry);
    }
  }
  return {};
}

void StoreVerification::CheckEntry(const StoredQueue& queue, const QueueFile& file, int64_t index,
                                   const QueueEntry& entry) {
  ++report_.queue_entries;
  const int64_t at = index * kEntryBytes;
  if (entry.blank() || told_.contains({file.path, at})) return;
  const QueueOffset offset = file.first + index;
  if (!entry.written()) {
    Report(file.path, at, fmt::format("the entry {} has the size {}", offset, entry.size));
    return;
  }
  if (entry.offset < store_.log_min()) {
    ++report_.expired_entries;
    return;
  }
  if (InDamage(entry.offset)) return;
  const auto record = store_.RecordAt(entry.offset);
  std::string why;
  if (entry.offset >= report_.log_end) {
    why = fmt::format("the log ends at {}", report_.log_end);
  } else if (!record) {
    why = record.error().message;
  } else if (record->size != entry.size) {
    why = fmt::format("that record has {} bytes, not {}", record->size, entry.size);
  } else if (!IsLight(queue.topic) &&
             (record->topic != queue.topic || record->queue_id != queue.queue_id ||
              record->queue_offset != offset)) {
    why = fmt::format("that record is entry {} of {} queue {}", record->queue_offset, record->topic,
                      record->queue_id);
  }
  if (!why.empty())
    Report(file.path, at, fmt::format("the entry {} leads to {}: {}", offset, entry.offset, why));
}

void StoreVerification::CheckIndex(const StoredIndex& index) {
  if (index.header().next == 1 || index.bytes() == 0) return;  // made ahead of its first key
  if (index.geometry().slots == 0) {
    Report(index.path(), 0, "the header does not fit the entries and the size of the file");
    return;
  }
  CheckIndexHeader(index);
  std::vector<int32_t> newest(static_cast<size_t>(index.geometry().slots));
  for (int32_t number = 1; number < index.header().next; ++number) {
    ++report_.index_entries;
    const StoredIndex::Entry entry = index.At(number);
    const int64_t place = index.EntryPlace(number);
    if (entry.hash < 0) {
      Report(index.path(), place, fmt::format("the entry {} has a negative hash", number));
      continue;
    }
    int32_t& before = newest[static_cast<size_t>(entry.hash % index.geometry().slots)];
    if (entry.previous != before) {
      Report(index.path(), place,
             fmt::format("the entry {} is chained to {}; the one before it in its slot is {}",
                         number, entry.previous, before));
    }
    before = number;
    CheckIndexEntry(index, number);
  }
  for (int32_t slot = 0; slot < index.geometry().slots; ++slot) {
    const int32_t wanted = newest[static_cast<size_t>(slot)];
    if (index.Slot(slot) == wanted) continue;
    Report(index.path(), index.SlotPlace(slot),
           fmt::format("the slot {} names the entry {}; its newest is {}", slot, index.Slot(slot),
                       wanted));
  }
}

// The places in it fit, or the geometry would not be known.
void StoreVerification::CheckIndexHeader(const StoredIndex& index) {
  const IndexHeader& header = index.header();
  const auto check = [&](int64_t place, std::string_view which, LogOffset offset, int64_t time) {
    if (offset < store_.log_min() || InDamage(offset)) return;
    const auto record = store_.RecordAt(offset);
    if (!record || record->store_timestamp == time) return;  // the entry is told of
    Report(index.path(), place,
           fmt::format("the {} time is {}; the message at {} was stored at {}", which, time, offset,
                       record->store_timestamp));
  };
  check(0, "first", header.begin_offset, header.begin_timestamp);
  check(8, "last", header.end_offset, header.end_timestamp);
  int32_t used = 0;
  for (int32_t slot = 0; slot < index.geometry().slots; ++slot)
    used += static_cast<int32_t>(index.Slot(slot) != 0);
  if (used != header.slots_used) {
    Report(index.path(), 32,
           fmt::format("{} slots are in use; the header says {}", used, header.slots_used));
  }
}

// Seconds count from the first message of the file. RocketMQ counts its own, before it knows it, from
// the end of the file before.
std::string StoreVerification::WrongSeconds(const StoredIndex& index, int32_t number,
                                            const model::Record& record) const {
  int64_t begin = index.header().begin_timestamp;
  const int32_t seconds = index.At(number).seconds;
  if (number == 1) {
    if (seconds == 0) return "";
    if (&index != store_.indexes().data()) begin = (&index - 1)->header().end_timestamp;
  } else {
    const auto first = store_.RecordAt(index.header().begin_offset);
    if (!first || first->store_timestamp != begin) return "";  // the header is told of
  }
  const int64_t wanted = std::max<int64_t>(0, record.store_timestamp - begin) / 1000;
  if (seconds == wanted) return "";
  return fmt::format("that record is of second {}, not {}", wanted, seconds);
}

void StoreVerification::CheckIndexEntry(const StoredIndex& index, int32_t number) {
  const StoredIndex::Entry entry = index.At(number);
  if (entry.offset < store_.log_min()) {
    ++report_.expired_entries;
    return;
  }
  if (InDamage(entry.offset)) return;
  const auto record = store_.RecordAt(entry.offset);
  std::string why;
  if (!record) {
    why = record.error().message;
  } else {
    const LogEntry derived = LogEntryOf(*record, delay_levels_ms_);
    const KeyHashes hashes(record->topic, derived.uniq_key, derived.keys);
    if (std::ranges::find(hashes.all(), entry.hash) == hashes.all().end() &&
        entry.hash != TagKeyHash(*record))
      why = "that record has no key of this hash";
    if (why.empty()) why = WrongSeconds(index, number, *record);
  }
  if (!why.empty()) {
    Report(index.path(), index.EntryPlace(number),
           fmt::format("the entry {} leads to {}: {}", number, entry.offset, why));
  }
}

bool StoreVerification::InDamage(LogOffset offset) const {
  return std::ranges::any_of(damages_, [offset](const LogDamage& damage) {
    return damage.from <= offset && offset < damage.to;
  });
}

void StoreVerification::ReportInLog(LogOffset offset, const std::string& what) {
  const auto* segment = FindSegment(*store_.segments(), offset);
  if (segment == nullptr) {
    Report(store_.layout().commit_log, offset.value(), what);
  } else {
    Report((*segment)->path(), offset - (*segment)->base(), what);
  }
}

void StoreVerification::Report(const std::string& file, int64_t at, const std::string& what) {
  ++report_.damages;
  if (listener_.on_damage) listener_.on_damage({file, at, what});
}

void StoreVerification::Progress(int64_t bytes) {
  done_ += bytes;
  if (done_ < next_progress_ || !listener_.on_progress) return;
  next_progress_ = done_ + kProgressBytes;
  listener_.on_progress(std::min(done_, total_), total_);
}

}  // namespace pintle::store
