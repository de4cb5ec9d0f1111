#include "store/log_scanner.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "store/store_layout.h"

namespace pintle::store {
namespace {

// Space that is allocated and never written reads as zeros, up to a gigabyte of it. Nothing is
// expected behind so many of them: no record is larger.
constexpr size_t kZerosMax = 16 << 20;

bool AllZero(ByteView bytes) {
  return bytes.empty() || (bytes[0] == std::byte{} &&
                           std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

}  // namespace

LogScanner::LogScanner(std::shared_ptr<const SegmentList> segments, LogOffset from, bool check_crc)
    : segments_(std::move(segments)), check_crc_(check_crc), position_(from) {}

std::optional<model::Record> LogScanner::Next() {
  while (true) {
    const Segment* segment = SegmentAt(position_);
    std::string why = "there is no segment file";
    if (segment != nullptr) {
      auto record = Decode(*segment, position_);
      if (record) {
        position_ += record->size;
        FetchAhead(*segment, record->size);
        return *record;
      }
      why = std::move(record).error().message;
      if (IsBlankMarker(*segment, position_)) {
        // The marker counts only when the log goes on behind it. One that stands before a lost
        // segment is no damage of its own: the loss was reported when the files were listed.
        const auto next = FindSoundAfter(segment->limit() - 1);
        if (!next) return std::nullopt;
        position_ = *next;
        continue;
      }
    }
    const auto next = FindSoundAfter(position_);
    if (!next) return std::nullopt;
    damages_.push_back({position_, *next, std::move(why)});
    position_ = *next;
  }
}

// Where the next record begins is known when this one has been read, and so the processor does not
// see small ones coming: what comes a little later is asked for here, as much as was read.
void LogScanner::FetchAhead(const Segment& segment, int32_t size) const {
  constexpr size_t kLine = 64;
  constexpr size_t kAhead = 2'048;
  constexpr size_t kMost = 1'024;  // where records are larger the processor keeps up by itself
  const ByteView rest = segment.From(position_);
  if (rest.size() < kAhead + kMost) return;
  const std::byte* const begin = rest.data() + kAhead;
  const size_t most = std::min(static_cast<size_t>(size), kMost);
  for (size_t at = 0; at < most; at += kLine) __builtin_prefetch(begin + at);
}

const Segment* LogScanner::SegmentAt(LogOffset offset) const {
  const auto* found = FindSegment(*segments_, offset);
  return found == nullptr ? nullptr : found->get();
}

Result<model::Record> LogScanner::Decode(const Segment& segment, LogOffset at) const {
  PINTLE_ASSIGN(auto record, model::DecodeRecord(segment.From(at), check_crc_));
  if (record.log_offset != at)
    return Malformed("record: it says that it is at {}", record.log_offset);
  if (!IsStorableTopic(record.topic)) return Malformed("record: the topic cannot be stored");
  if (record.properties.find('\0') != std::string_view::npos)
    return Malformed("record: zeros in its properties");
  return record;
}

std::optional<LogOffset> LogScanner::FindSoundAfter(LogOffset broken) const {
  if (const Segment* segment = SegmentAt(broken); segment != nullptr) {
    if (const auto next = NextByLength(*segment, broken)) return next;
    if (const auto found = SearchSegment(*segment, broken + 1)) return found;
  }
  for (auto next = NextSegment(broken); next; next = NextSegment(*next)) {
    const Segment* segment = SegmentAt(*next);
    if (const auto found = SearchSegment(*segment, *next)) return found;
  }
  return std::nullopt;
}

std::optional<LogOffset> LogScanner::NextByLength(const Segment& segment, LogOffset broken) const {
  const ByteView bytes = segment.From(broken);
  if (bytes.size() < model::kRecordSizeMin) return std::nullopt;
  const auto size = LoadBig<int32_t>(bytes.data());
  const auto magic = LoadBig<int32_t>(bytes.data() + 4);
  const bool plausible = (magic == model::kRecordMagicV1 || magic == model::kRecordMagicV2) &&
                         size >= static_cast<int32_t>(model::kRecordSizeMin) &&
                         broken + size < segment.limit();
  if (!plausible || !Decode(segment, broken + size)) return std::nullopt;
  return broken + size;
}

std::optional<LogOffset> LogScanner::SearchSegment(const Segment& segment, LogOffset from) const {
  // The first magic byte, at its place in the record.
  constexpr int kMagicByte = 0xDA;
  constexpr size_t kMagicAt = 4;
  const ByteView rest = segment.From(from);
  size_t checked_zero = 0;
  for (size_t at = 0; at + model::kRecordSizeMin <= rest.size();) {
    if (at >= checked_zero) {
      const ByteView ahead = rest.subspan(at, std::min(kZerosMax, rest.size() - at));
      if (AllZero(ahead)) return std::nullopt;
      checked_zero = at + kZerosMax;
    }
    const size_t span = std::min(kZerosMax, rest.size() - at - kMagicAt);
    const void* hit = std::memchr(rest.data() + at + kMagicAt, kMagicByte, span);
    if (hit == nullptr) {
      at += span;
      continue;
    }
    at = static_cast<size_t>(static_cast<const std::byte*>(hit) - rest.data()) - kMagicAt;
    const LogOffset candidate = from + static_cast<int64_t>(at);
    if (Decode(segment, candidate)) return candidate;
    ++at;
  }
  return std::nullopt;
}

bool LogScanner::IsBlankMarker(const Segment& segment, LogOffset at) const {
  const ByteView bytes = segment.From(at);
  return bytes.size() >= 8 && LoadBig<int32_t>(bytes.data() + 4) == model::kBlankMagic &&
         LoadBig<int32_t>(bytes.data()) == segment.limit() - at;
}

std::optional<LogOffset> LogScanner::NextSegment(LogOffset offset) const {
  const auto next = std::ranges::upper_bound(*segments_, offset, {},
                                             [](const auto& segment) { return segment->base(); });
  if (next == segments_->end()) return std::nullopt;
  return (*next)->base();
}

}  // namespace pintle::store
