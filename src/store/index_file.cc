#include "store/index_file.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/bytes.h"

namespace pintle::store {
namespace {

constexpr size_t kPage = 4096;
constexpr size_t kKeysAhead = 8;

int32_t SecondsBetween(int64_t begin_ms, int64_t at_ms) {
  if (begin_ms <= 0) return 0;
  return static_cast<int32_t>(
      std::clamp<int64_t>((at_ms - begin_ms) / 1000, 0, std::numeric_limits<int32_t>::max()));
}

}  // namespace

int64_t IndexFile::FileBytes(IndexGeometry geometry) {
  return static_cast<int64_t>(IndexHeader::kBytes) +
         int64_t{geometry.slots} * static_cast<int64_t>(kSlotBytes) +
         int64_t{geometry.entries} * static_cast<int64_t>(kEntryBytes);
}

Result<std::unique_ptr<IndexFile>> IndexFile::Create(FileSystem& fs, const std::string& path,
                                                     IndexGeometry geometry) {
  PINTLE_ASSIGN(auto file, fs.Open(path, OpenMode::kTruncate));
  PINTLE_TRY(file->Truncate(FileBytes(geometry)));
  std::unique_ptr<IndexFile> index(new IndexFile(path, std::move(file), geometry));
  PINTLE_TRY(index->WriteHeader(IndexHeader()));
  return index;
}

Result<std::unique_ptr<IndexFile>> IndexFile::Open(FileSystem& fs, const std::string& path,
                                                   IndexGeometry geometry) {
  PINTLE_ASSIGN(auto file, fs.Open(path, OpenMode::kReadWrite));
  PINTLE_ASSIGN(const int64_t size, file->Size());
  if (size != FileBytes(geometry)) {
    return Fail(ErrorCode::kCorrupt,
                "the index file {} has {} bytes; {} slots and {} entries take {}", path, size,
                geometry.slots, geometry.entries, FileBytes(geometry));
  }
  std::unique_ptr<IndexFile> index(new IndexFile(path, std::move(file), geometry));
  PINTLE_TRY(index->ReadHeader());
  const IndexHeader header = index->header();
  if (header.next < 1 || header.next > geometry.entries || header.end_offset < header.begin_offset)
    return Fail(ErrorCode::kCorrupt, "the index file {} has a header that contradicts itself",
                path);
  return index;
}

IndexHeader IndexFile::header() const {
  MutexLock lock(mutex_);
  return header_;
}

Result<size_t> IndexFile::Append(std::span<const IndexKey> keys) {
  IndexHeader header = this->header();
  keys = keys.first(
      std::min(keys.size(), static_cast<size_t>(std::max(0, geometry_.entries - header.next))));
  if (keys.empty()) return 0;
  PINTLE_TRY(MapSlots());
  const int32_t first = header.next;
  std::vector<std::byte> entries(keys.size() * kEntryBytes);
  Chain(keys, header, entries);
  // Entries and slots first, the header that makes them count last.
  PINTLE_TRY(file_->WriteAt(EntryAt(first), entries));
  PINTLE_TRY(WriteHeader(header));
  return keys.size();
}

Status IndexFile::MapSlots() {
  {
    MutexLock lock(mutex_);
    if (slots_ != nullptr) return {};
  }
  PINTLE_TRY(file_->Allocate(EntryAt(0)));
  PINTLE_ASSIGN(auto slots, file_->Map(static_cast<size_t>(EntryAt(0)), MapAccess::kReadWrite));
  MutexLock lock(mutex_);
  slots_ = std::move(slots);
  return {};
}

void IndexFile::Chain(std::span<const IndexKey> keys, IndexHeader& header, ByteSpan entries) {
  if (header.next == 1) {
    header.begin_timestamp = keys.front().store_timestamp;
    header.begin_offset = keys.front().offset;
  }
  MutexLock lock(mutex_);
  std::byte* const slots = slots_->bytes().data() + SlotAt(0);
  std::byte* entry = entries.data();
  const auto slot_of = [&](const IndexKey& key) {
    return slots + size_t{kSlotBytes} * (key.hash % geometry_.slots);
  };
  for (size_t i = 0; i < keys.size(); ++i) {
    // Each key's slot is somewhere else in a table of megabytes.
    if (i + kKeysAhead < keys.size()) __builtin_prefetch(slot_of(keys[i + kKeysAhead]), 1);
    const IndexKey& key = keys[i];
    std::byte* const slot = slot_of(key);
    auto previous = LoadBig<int32_t>(slot);
    if (previous <= 0 || previous >= header.next) previous = 0;
    if (previous == 0) ++header.slots_used;
    const int32_t seconds = SecondsBetween(header.begin_timestamp, key.store_timestamp);
    StoreEntry({key.hash, key.offset, seconds, previous}, entry);
    entry += kEntryBytes;
    StoreBig(slot, header.next);
    ++header.next;
    header.end_offset = key.offset;
    header.end_timestamp = key.store_timestamp;
  }
}

Status IndexFile::Sync() { return file_->Sync(); }

Status IndexFile::CutAt(LogOffset end) {
  std::vector<int32_t> slots(static_cast<size_t>(geometry_.slots));
  IndexHeader header;
  PINTLE_ASSIGN(header.next, CountSound(end, slots, header));
  header.slots_used = static_cast<int32_t>(
      std::ranges::count_if(slots, [](int32_t newest) { return newest != 0; }));

  // Pages that are right already are left alone: most of a large table is untouched zeros.
  constexpr size_t kPerPage = kPage / kSlotBytes;
  std::array<std::byte, kPage> wanted;
  std::array<std::byte, kPage> there;
  for (size_t at = 0; at < slots.size(); at += kPerPage) {
    const size_t count = std::min(kPerPage, slots.size() - at);
    for (size_t i = 0; i < count; ++i) StoreBig(wanted.data() + i * kSlotBytes, slots[at + i]);
    const ByteSpan part = ByteSpan(there).first(count * kSlotBytes);
    PINTLE_TRY(file_->ReadAt(SlotAt(static_cast<int32_t>(at)), part));
    if (std::ranges::equal(part, ByteView(wanted).first(part.size()))) continue;
    PINTLE_TRY(
        file_->WriteAt(SlotAt(static_cast<int32_t>(at)), ByteView(wanted).first(part.size())));
  }
  return WriteHeader(header);
}

Result<int32_t> IndexFile::CountSound(LogOffset end, std::vector<int32_t>& slots,
                                      IndexHeader& header) {
  const IndexHeader old = this->header();
  constexpr int32_t kChunk = 16'384;
  std::vector<std::byte> bytes(size_t{kChunk} * kEntryBytes);
  for (int32_t number = 1; number < old.next;) {
    const int32_t count = std::min(kChunk, old.next - number);
    const ByteSpan part = ByteSpan(bytes).first(static_cast<size_t>(count) * kEntryBytes);
    PINTLE_ASSIGN(const size_t got, file_->ReadAt(EntryAt(number), part));
    if (got < part.size()) return number;
    for (int32_t i = 0; i < count; ++i, ++number) {
      const Entry entry = LoadEntry(part.data() + static_cast<size_t>(i) * kEntryBytes);
      int32_t& slot = slots[static_cast<size_t>(std::max(0, entry.hash) % geometry_.slots)];
      // A lost page reads as zeros: the chain and the order of offsets both show it.
      const bool sound = entry.hash >= 0 && entry.seconds >= 0 && entry.previous == slot &&
                         entry.offset >= header.end_offset && entry.offset < end;
      if (!sound) return number;
      slot = number;
      if (number == 1) {
        header.begin_offset = entry.offset;
        header.begin_timestamp = old.begin_timestamp;
      }
      header.end_offset = entry.offset;
      header.end_timestamp = old.begin_timestamp + int64_t{entry.seconds} * 1000;
    }
  }
  header.end_timestamp = old.end_timestamp;
  return old.next;
}

Status IndexFile::Find(int32_t hash, int64_t begin_ms, int64_t end_ms, size_t max,
                       std::vector<LogOffset>& out) {
  const IndexHeader header = this->header();
  std::array<std::byte, kEntryBytes> bytes{};
  PINTLE_ASSIGN(int32_t number, NewestIn(hash % geometry_.slots));
  // A slot may be ahead of the header while a batch is being written: its newest entries then
  // are still in memory, where the caller has looked.
  while (number > 0 && number < geometry_.entries && out.size() < max) {
    PINTLE_TRY(file_->ReadAt(EntryAt(number), bytes));
    const Entry entry = LoadEntry(bytes.data());
    const int64_t time = header.begin_timestamp + int64_t{entry.seconds} * 1000;
    const bool counts = number < header.next;
    if (counts && entry.hash == hash && time >= begin_ms && time <= end_ms)
      out.push_back(entry.offset);
    // Numbers along a chain only fall; anything else is damage.
    if (entry.seconds < 0 || entry.previous >= number || (counts && time < begin_ms)) break;
    number = entry.previous;
  }
  return {};
}

Result<int32_t> IndexFile::NewestIn(int32_t slot) {
  std::array<std::byte, kSlotBytes> bytes{};
  {
    MutexLock lock(mutex_);
    if (slots_ != nullptr) return LoadBig<int32_t>(slots_->bytes().data() + SlotAt(slot));
  }
  PINTLE_TRY(file_->ReadAt(SlotAt(slot), bytes));
  return LoadBig<int32_t>(bytes.data());
}

bool IndexFile::MatchesTime(int64_t begin_ms, int64_t end_ms) const {
  const IndexHeader h = header();
  return (begin_ms < h.begin_timestamp && end_ms > h.end_timestamp) ||
         (begin_ms >= h.begin_timestamp && begin_ms <= h.end_timestamp) ||
         (end_ms >= h.begin_timestamp && end_ms <= h.end_timestamp);
}

IndexFile::Entry IndexFile::LoadEntry(const std::byte* in) {
  return {LoadBig<int32_t>(in), LogOffset(LoadBig<int64_t>(in + 4)), LoadBig<int32_t>(in + 12),
          LoadBig<int32_t>(in + 16)};
}

void IndexFile::StoreEntry(const Entry& entry, std::byte* out) {
  StoreBig(out, entry.hash);
  StoreBig(out + 4, entry.offset.value());
  StoreBig(out + 12, entry.seconds);
  StoreBig(out + 16, entry.previous);
}

int64_t IndexFile::SlotAt(int32_t slot) const {
  return static_cast<int64_t>(IndexHeader::kBytes) + int64_t{slot} * 4;
}

int64_t IndexFile::EntryAt(int32_t number) const {
  return SlotAt(geometry_.slots) + int64_t{number} * static_cast<int64_t>(kEntryBytes);
}

Status IndexFile::ReadHeader() {
  std::array<std::byte, IndexHeader::kBytes> bytes{};
  PINTLE_TRY(file_->ReadAt(0, bytes));
  MutexLock lock(mutex_);
  header_.begin_timestamp = LoadBig<int64_t>(bytes.data());
  header_.end_timestamp = LoadBig<int64_t>(bytes.data() + 8);
  header_.begin_offset = LogOffset(LoadBig<int64_t>(bytes.data() + 16));
  header_.end_offset = LogOffset(LoadBig<int64_t>(bytes.data() + 24));
  header_.slots_used = LoadBig<int32_t>(bytes.data() + 32);
  // Java reads a new file's zero as one.
  header_.next = std::max(1, LoadBig<int32_t>(bytes.data() + 36));
  return {};
}

Status IndexFile::WriteHeader(const IndexHeader& header) {
  std::array<std::byte, IndexHeader::kBytes> bytes;
  StoreBig(bytes.data(), header.begin_timestamp);
  StoreBig(bytes.data() + 8, header.end_timestamp);
  StoreBig(bytes.data() + 16, header.begin_offset.value());
  StoreBig(bytes.data() + 24, header.end_offset.value());
  StoreBig(bytes.data() + 32, header.slots_used);
  StoreBig(bytes.data() + 36, header.next);
  PINTLE_TRY(file_->WriteAt(0, bytes));
  MutexLock lock(mutex_);
  header_ = header;
  if (header.next >= geometry_.entries) slots_.reset();  // full
  return {};
}

}  // namespace pintle::store
