#include "store/tool/stored_index.h"

#include <algorithm>
#include <utility>

#include "store/store_options.h"

namespace pintle::store {
namespace {

constexpr auto kHeader = static_cast<int64_t>(IndexHeader::kBytes);
constexpr auto kSlot = static_cast<int64_t>(IndexFile::kSlotBytes);
constexpr auto kEntry = static_cast<int64_t>(IndexFile::kEntryBytes);

}  // namespace

Result<StoredIndex> StoredIndex::Open(FileSystem& fs, const std::string& path) {
  StoredIndex index;
  index.path_ = path;
  PINTLE_ASSIGN(const auto file, fs.Open(path, OpenMode::kRead));
  PINTLE_ASSIGN(const int64_t size, file->Size());
  if (size > 0) {
    PINTLE_ASSIGN(index.region_, file->Map(static_cast<size_t>(size), MapAccess::kRead));
  }
  if (size < kHeader) return index;
  ByteReader in(index.view());
  index.header_.begin_timestamp = in.Big<int64_t>();
  index.header_.end_timestamp = in.Big<int64_t>();
  index.header_.begin_offset = LogOffset(in.Big<int64_t>());
  index.header_.end_offset = LogOffset(in.Big<int64_t>());
  index.header_.slots_used = in.Big<int32_t>();
  index.header_.next = in.Big<int32_t>();
  index.FindGeometry();
  return index;
}

int64_t StoredIndex::SlotPlace(int32_t number) const { return kHeader + number * kSlot; }
int64_t StoredIndex::EntryPlace(int32_t number) const {
  return SlotPlace(geometry_.slots) + number * kEntry;
}

int32_t StoredIndex::Slot(int32_t number) const {
  return LoadBig<int32_t>(view().data() + SlotPlace(number));
}

StoredIndex::Entry StoredIndex::At(int32_t number) const {
  ByteReader in(view().subspan(static_cast<size_t>(EntryPlace(number))));
  Entry entry;
  entry.hash = in.Big<int32_t>();
  entry.offset = LogOffset(in.Big<int64_t>());
  entry.seconds = in.Big<int32_t>();
  entry.previous = in.Big<int32_t>();
  return entry;
}

void StoredIndex::FindGeometry() {
  if (header_.next <= 1) return;
  const StoreOptions usual;
  const IndexGeometry first{usual.index_slots, usual.index_entries};
  if (Fits(first)) {
    geometry_ = first;
    return;
  }
  const int64_t room = bytes() - kHeader;
  for (int64_t slots = 1; slots * kSlot < room; ++slots) {
    if ((room - slots * kSlot) % kEntry != 0) continue;
    const IndexGeometry tried{static_cast<int32_t>(slots),
                              static_cast<int32_t>((room - slots * kSlot) / kEntry)};
    if (tried.entries < header_.next) return;
    if (!Fits(tried)) continue;
    geometry_ = tried;
    return;
  }
}

// The first and the last entry are where the header says that they lead, and the last one is the
// newest of its slot.
bool StoredIndex::Fits(IndexGeometry geometry) const {
  if (IndexFile::FileBytes(geometry) != bytes() || header_.next > geometry.entries) return false;
  StoredIndex probe;
  probe.geometry_ = geometry;
  const auto entry = [&](int32_t number, Entry& out) {
    ByteReader in(view().subspan(static_cast<size_t>(probe.EntryPlace(number))));
    out.hash = in.Big<int32_t>();
    out.offset = LogOffset(in.Big<int64_t>());
  };
  Entry front;
  Entry back;
  entry(1, front);
  if (front.offset != header_.begin_offset || front.hash < 0) return false;
  entry(header_.next - 1, back);
  return back.offset == header_.end_offset && back.hash >= 0 &&
         Slot(back.hash % geometry.slots) == header_.next - 1;
}

Result<std::vector<StoredIndex>> ListIndexFiles(FileSystem& fs, const std::string& folder) {
  std::vector<StoredIndex> out;
  auto listed = fs.List(folder);
  if (!listed && listed.error().code == ErrorCode::kNotFound) return out;
  if (!listed) return std::unexpected(std::move(listed).error());
  std::ranges::sort(*listed, {}, &DirEntry::name);
  for (const DirEntry& name : *listed) {
    if (name.is_directory) continue;
    PINTLE_ASSIGN(auto index, StoredIndex::Open(fs, JoinPath(folder, name.name)));
    out.push_back(std::move(index));
  }
  return out;
}

}  // namespace pintle::store
