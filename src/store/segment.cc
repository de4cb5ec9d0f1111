#include "store/segment.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "base/log.h"
#include "store/store_layout.h"

namespace pintle::store {
namespace {

// The parts of [begin, end) that may hold other bytes than zeros, in order.
std::vector<std::pair<int64_t, int64_t>> WrittenRanges(const File& file, int64_t begin,
                                                       int64_t end) {
  std::vector<std::pair<int64_t, int64_t>> ranges;
  for (int64_t at = file.NextData(begin); at < end; at = file.NextData(at)) {
    const int64_t hole = std::clamp(file.NextHole(at), at + 1, end);
    ranges.emplace_back(at, hole);
    at = hole;
  }
  return ranges;
}

}  // namespace

Result<std::shared_ptr<Segment>> Segment::Create(FileSystem& fs, const std::string& folder,
                                                 LogOffset base, int64_t capacity) {
  std::shared_ptr<Segment> segment(
      new Segment(JoinPath(folder, OffsetFileName(base.value())), base, capacity));
  PINTLE_ASSIGN(auto file, fs.Open(segment->path_, OpenMode::kTruncate));
  Status ready = file->Allocate(capacity);
  if (ready) {
    auto region = file->Map(static_cast<size_t>(capacity), MapAccess::kReadWrite);
    if (region) {
      segment->region_ = *std::move(region);
      ready = fs.SyncDirectory(folder);
    } else {
      ready = std::unexpected(std::move(region).error());
    }
  }
  if (ready) return segment;
  // Without a byte in it the file says nothing; the next attempt would empty it again anyway.
  static_cast<void>(fs.Remove(segment->path_));
  return std::unexpected(std::move(ready).error());
}

std::shared_ptr<Segment> Segment::Open(FileSystem& fs, const std::string& folder, LogOffset base,
                                       int64_t capacity, MapAccess access) {
  std::shared_ptr<Segment> segment(
      new Segment(JoinPath(folder, OffsetFileName(base.value())), base, capacity));
  if (Status mapped = segment->MapExisting(fs, access); !mapped) {
    PINTLE_LOG(kError, "store: the segment {} cannot be read, its messages are missing: {}",
               segment->path_, mapped.error().message);
  }
  return segment;
}

Status Segment::MapExisting(FileSystem& fs, MapAccess access) {
  PINTLE_ASSIGN(auto file, fs.Open(path_, access == MapAccess::kRead ? OpenMode::kRead
                                                                     : OpenMode::kReadWrite));
  PINTLE_ASSIGN(const int64_t size, file->Size());
  const int64_t mapped = std::min(size, capacity_);
  if (mapped == 0) return {};
  PINTLE_ASSIGN(region_, file->Map(static_cast<size_t>(mapped), access));
  return {};
}

ByteView Segment::From(LogOffset offset) const {
  const MappedRegion* region = region_.get();
  if (region == nullptr || offset < base_) return {};
  const auto at = static_cast<size_t>(offset - base_);
  return at < region->bytes().size() ? region->bytes().subspan(at) : ByteView();
}

ByteSpan Segment::WritableFrom(LogOffset offset) {
  if (region_ == nullptr || offset < base_) return {};
  const auto at = static_cast<size_t>(offset - base_);
  return at < region_->bytes().size() ? region_->bytes().subspan(at) : ByteSpan();
}

Status Segment::Reserve(FileSystem& fs) {
  PINTLE_ASSIGN(auto file, fs.Open(path_, OpenMode::kReadWrite));
  PINTLE_TRY(file->Allocate(capacity_));
  if (From(base_).size() == static_cast<size_t>(capacity_)) return {};
  PINTLE_ASSIGN(region_, file->Map(static_cast<size_t>(capacity_), MapAccess::kReadWrite));
  return {};
}

Status Segment::Blank(FileSystem& fs, LogOffset from) {
  const ByteSpan rest = WritableFrom(from);
  if (rest.empty()) return {};
  static constexpr std::array<std::byte, 4096> kZeros{};
  PINTLE_ASSIGN(const auto file, fs.Open(path_, OpenMode::kRead));
  std::vector<std::byte> buffer(256 << 10);
  LogOffset blanked_from = limit();
  LogOffset blanked_to = from;
  const int64_t begin = from - base_;
  const int64_t end = begin + static_cast<int64_t>(rest.size());
  // Read by the file, because pages that are looked at through the mapping stay with the process.
  // What there is was found before: the system reads ahead, and what it has read counts as bytes.
  for (auto [at, stop] : WrittenRanges(*file, begin, end)) {
    while (at < stop) {
      const size_t wanted = std::min(buffer.size(), static_cast<size_t>(stop - at));
      PINTLE_ASSIGN(const size_t got, file->ReadAt(at, ByteSpan(buffer).first(wanted)));
      if (got == 0) break;
      for (size_t i = 0; i < got; i += kZeros.size()) {
        const size_t size = std::min(kZeros.size(), got - i);
        if (std::memcmp(buffer.data() + i, kZeros.data(), size) == 0) continue;
        std::ranges::fill(rest.subspan(static_cast<size_t>(at - begin) + i, size), std::byte{});
        const LogOffset here = base_ + at + static_cast<int64_t>(i);
        blanked_from = std::min(blanked_from, here);
        blanked_to = here + static_cast<int64_t>(size);
      }
      at += static_cast<int64_t>(got);
    }
  }
  return Sync(blanked_from, blanked_to);
}

Status Segment::Sync(LogOffset from, LogOffset to) {
  if (region_ == nullptr || from >= to) return {};
  return region_->Sync(static_cast<size_t>(from - base_), static_cast<size_t>(to - from));
}

void Segment::PreTouch(LogOffset from, LogOffset to) {
  if (region_ == nullptr || from >= to) return;
  region_->PreTouch(static_cast<size_t>(from - base_), static_cast<size_t>(to - from));
}

size_t Segment::ResidentBytes(LogOffset from, size_t length) const {
  return region_ == nullptr ? 0 : region_->ResidentBytes(static_cast<size_t>(from - base_), length);
}

const std::shared_ptr<Segment>* FindSegment(const SegmentList& segments, LogOffset offset) {
  auto after =
      std::ranges::upper_bound(segments, offset, {}, [](const auto& s) { return s->base(); });
  if (after == segments.begin()) return nullptr;
  --after;
  return (*after)->Contains(offset) ? &*after : nullptr;
}

}  // namespace pintle::store
