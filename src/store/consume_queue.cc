#include "store/consume_queue.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "base/log.h"

namespace pintle::store {
namespace {

// How many entries that are in the files stay in memory too, for readers at the end.
constexpr size_t kKeptForReaders = 64;

}  // namespace

ConsumeQueue::ConsumeQueue(std::string topic, int32_t queue_id, QueueFiles& files,
                           DirtyQueues& dirty)
    : topic_(std::move(topic)),
      queue_id_(queue_id),
      folder_(files.Folder(topic_, queue_id)),
      files_(files),
      dirty_(dirty) {}

void ConsumeQueue::SetRange(QueueOffset first, QueueOffset end) {
  MutexLock lock(mutex_);
  first_.store(first.value(), std::memory_order_release);
  end_.store(end.value(), std::memory_order_release);
  written_ = end;
  synced_ = first;
  min_ = first;
  min_for_ = LogOffset(0);
}

Status ConsumeQueue::Overwrite(QueueOffset at, const QueueEntry& entry) {
  std::array<std::byte, QueueEntry::kBytes> bytes;
  entry.Store(bytes.data());
  const MutexLock folders(files_.folders());
  if (deleted()) return {};
  MutexLock lock(mutex_);
  PINTLE_CHECK(at < written_, "entry {} of {} is not in a file", at, written_);
  synced_ = std::min(synced_, at);
  overwritten_ = true;
  return files_.Write(folder_, at, bytes);
}

Status ConsumeQueue::Cut(QueueOffset end) {
  MutexLock lock(mutex_);
  PINTLE_CHECK(ring_.size() == 0, "a queue is cut before it is appended to");
  if (end >= next()) return {};
  // Zeros in the place of what is cut: leftovers would be taken for entries at the next start.
  const std::vector<std::byte> zeros(64 * QueueEntry::kBytes);
  for (QueueOffset at = end; at < next();) {
    const int64_t left = files_.FirstOf(at) + files_.entries_per_file() - at;
    const int64_t count = std::min<int64_t>({next() - at, left, 64});
    PINTLE_TRY(files_.Write(
        folder_, at, ByteView(zeros).first(static_cast<size_t>(count) * QueueEntry::kBytes)));
    at += count;
  }
  end_.store(end.value(), std::memory_order_release);
  written_ = end;
  synced_ = std::min(synced_, end);
  return {};
}

void ConsumeQueue::Append(const QueueEntry& entry) { Push(entry); }

void ConsumeQueue::SkipTo(QueueOffset to) {
  {
    MutexLock lock(mutex_);
    if (next() == first() && ring_.size() == 0 && to > next()) {
      // The file must be blank before the first entry.
      const QueueOffset file = files_.FirstOf(to);
      first_.store(to.value(), std::memory_order_release);
      end_.store(file.value(), std::memory_order_release);
      written_ = synced_ = file;
      min_ = to;
    }
  }
  while (next() < to) Push(QueueEntry::Blank());
}

void ConsumeQueue::Push(const QueueEntry& entry) {
  bool list = false;
  {
    MutexLock lock(mutex_);
    ring_.PushBack(entry);
    end_.store(end_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    list = !std::exchange(listed_, true);
  }
  dirty_.CountAppended();
  if (list) dirty_.Add(this);
}

QueueOffset ConsumeQueue::MinFor(LogOffset log_min) {
  QueueOffset known;
  {
    MutexLock lock(mutex_);
    known = std::max(min_, first());
    if (log_min <= min_for_) return known;
  }
  const QueueOffset min = std::max(known, LowerBound(log_min));
  MutexLock lock(mutex_);
  min_for_ = std::max(min_for_, log_min);
  min_ = std::max(min_, min);
  return min_;
}

QueueOffset ConsumeQueue::LowerBound(LogOffset offset, QueueOffset low) {
  QueueOffset high = end();
  const auto is_before = [&](QueueOffset at) {
    const auto entry = At(at);
    return entry && (entry->blank() || entry->offset < offset);
  };
  // Most questions are about one of the ends: they cost one look.
  if (low >= high || !is_before(low)) return low;
  if (const auto last = At(high - 1); last && !last->blank() && last->offset < offset) return high;
  while (low < high) {
    const QueueOffset middle = low + (high - low) / 2;
    QueueOffset probe = middle;
    std::optional<QueueEntry> entry = At(probe);
    while (entry && entry->blank() && probe + 1 < high) entry = At(++probe);
    if (!entry || entry->blank() || entry->offset >= offset) {
      high = middle;
    } else {
      low = probe + 1;
    }
  }
  return low;
}

Result<size_t> ConsumeQueue::Read(QueueOffset from, std::span<QueueEntry> into) {
  size_t wanted = 0;
  {
    MutexLock lock(mutex_);
    if (from < first() || from >= next()) return 0;
    const int64_t in_file = files_.FirstOf(from) + files_.entries_per_file() - from;
    wanted = static_cast<size_t>(
        std::min<int64_t>({in_file, next() - from, static_cast<int64_t>(into.size())}));
    if (from >= RingBegin()) {
      const auto start = static_cast<size_t>(from - RingBegin());
      for (size_t i = 0; i < wanted; ++i) into[i] = ring_.At(start + i);
      return wanted;
    }
    wanted = std::min(wanted, static_cast<size_t>(written_ - from));
  }
  std::array<std::byte, 128 * QueueEntry::kBytes> buffer;
  size_t done = 0;
  while (done < wanted) {
    const size_t bytes = std::min(buffer.size(), (wanted - done) * QueueEntry::kBytes);
    PINTLE_ASSIGN(const size_t count, files_.Read(folder_, from + static_cast<int64_t>(done),
                                                  ByteSpan(buffer).first(bytes)));
    for (size_t i = 0; i < count; ++i)
      into[done + i] = QueueEntry::Load(buffer.data() + i * QueueEntry::kBytes);
    done += count;
    if (count * QueueEntry::kBytes < bytes) break;
  }
  return done;
}

std::optional<QueueEntry> ConsumeQueue::At(QueueOffset at) {
  QueueEntry entry;
  const auto count = Read(at, {&entry, 1});
  if (!count || *count == 0) return std::nullopt;
  return entry;
}

bool ConsumeQueue::InMemory(QueueOffset from) const {
  MutexLock lock(mutex_);
  return from >= RingBegin();
}

Result<bool> ConsumeQueue::Flush(size_t entries_max) {
  const MutexLock folders(files_.folders());
  std::vector<std::byte> bytes;
  QueueOffset from;
  {
    MutexLock lock(mutex_);
    from = written_;
    const auto count =
        deleted() ? 0 : std::min(entries_max, static_cast<size_t>(next() - written_));
    bytes.resize(count * QueueEntry::kBytes);
    const auto start = static_cast<size_t>(from - RingBegin());
    for (size_t i = 0; i < count; ++i)
      ring_.At(start + i).Store(bytes.data() + i * QueueEntry::kBytes);
  }
  PINTLE_TRY(files_.Write(folder_, from, bytes));
  const size_t count = bytes.size() / QueueEntry::kBytes;
  dirty_.CountWritten(static_cast<int64_t>(count));
  MutexLock lock(mutex_);
  written_ += static_cast<int64_t>(count);
  const auto unwritten = static_cast<size_t>(next() - written_);
  const size_t keep = std::max(unwritten, kKeptForReaders);
  if (ring_.size() > keep) ring_.PopFront(ring_.size() - keep);
  return unwritten > 0 && !deleted();
}

Status ConsumeQueue::Sync() {
  const MutexLock folders(files_.folders());
  QueueOffset from;
  QueueOffset to;
  {
    MutexLock lock(mutex_);
    from = synced_;
    to = written_;
  }
  if (from >= to || deleted()) return {};
  PINTLE_TRY(files_.Sync(folder_, from, to));
  MutexLock lock(mutex_);
  synced_ = std::max(synced_, to);
  return {};
}

void ConsumeQueue::ExpectSync() {
  MutexLock lock(mutex_);
  overwritten_ = false;
}

void ConsumeQueue::NoteSynced(QueueOffset end) {
  MutexLock lock(mutex_);
  if (!overwritten_) synced_ = std::max(synced_, std::min(end, written_));
}

QueueOffset ConsumeQueue::written() const {
  MutexLock lock(mutex_);
  return written_;
}

QueueOffset ConsumeQueue::synced() const {
  MutexLock lock(mutex_);
  return synced_;
}

Result<int> ConsumeQueue::RemoveFilesBelow(QueueOffset min) {
  const MutexLock folders(files_.folders());
  if (deleted()) return 0;
  PINTLE_ASSIGN(const auto files, files_.ListFiles(folder_));
  min = std::min(min, end());
  int removed = 0;
  for (size_t i = 0; i + 1 < files.size(); ++i) {
    if (files[i] + files_.entries_per_file() > min) break;
    // Readers are told first: below here nothing is read any more.
    first_.store(min.value(), std::memory_order_release);
    PINTLE_TRY(files_.RemoveFile(folder_, files[i]));
    ++removed;
  }
  return removed;
}

void ConsumeQueue::Trim() {
  MutexLock lock(mutex_);
  if (written_ < next() || listed_) return;
  ring_.PopFront(ring_.size());
  ring_.Release();
}

void ConsumeQueue::MarkDeleted() {
  MutexLock lock(mutex_);
  deleted_.store(true, std::memory_order_release);
  dirty_.CountWritten(next() - written_);
  written_ = next();
  ring_.PopFront(ring_.size());
  ring_.Release();
}

void DirtyQueues::Add(ConsumeQueue* queue) {
  MutexLock lock(mutex_);
  queues_.push_back(queue);
}

size_t DirtyQueues::queues() const {
  MutexLock lock(mutex_);
  return queues_.size();
}

std::vector<ConsumeQueue*> DirtyQueues::Take() {
  // Memory for the next ones: whoever adds them is in the middle of an append.
  std::vector<ConsumeQueue*> taken;
  taken.reserve(taken_before_);
  {
    MutexLock lock(mutex_);
    taken.swap(queues_);
  }
  taken_before_ = taken.size();
  for (ConsumeQueue* queue : taken) {
    MutexLock lock(queue->mutex_);
    queue->listed_ = false;
  }
  return taken;
}

}  // namespace pintle::store
