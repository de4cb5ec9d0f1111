#include "store/commit_log.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "model/record.h"
#include "store/store_layout.h"

namespace pintle::store {

CommitLog::CommitLog(FileSystem& fs, std::string folder, int64_t segment_bytes,
                     SegmentAllocator& allocator)
    : fs_(fs),
      folder_(std::move(folder)),
      segment_bytes_(segment_bytes),
      allocator_(allocator),
      segments_(std::make_shared<const SegmentList>()) {}

Status CommitLog::Load() {
  PINTLE_ASSIGN(const auto entries, fs_.List(folder_));
  SegmentList segments;
  for (const DirEntry& entry : entries) {
    const auto base = ParseOffsetFileName(entry.name);
    if (entry.is_directory || !base) continue;
    if (*base % segment_bytes_ != 0) {
      return Fail(ErrorCode::kInvalidArgument,
                  "the commit log file {} does not start at a multiple of the segment size {}: the "
                  "store was written with another mappedFileSizeCommitLog; set that one",
                  entry.name, segment_bytes_);
    }
    segments.push_back(Segment::Open(fs_, folder_, LogOffset(*base), segment_bytes_));
  }
  std::ranges::sort(segments, {}, [](const auto& segment) { return segment->base(); });
  for (size_t i = 1; i < segments.size(); ++i) {
    if (segments[i - 1]->limit() != segments[i]->base()) {
      PINTLE_LOG(kError, "store: the commit log has no file for {}..{}: a segment is missing",
                 segments[i - 1]->limit(), segments[i]->base());
    }
  }
  SetSegments(std::move(segments));
  return {};
}

Status CommitLog::Cut(LogOffset end) {
  SegmentList kept;
  bool removed = false;
  for (const auto& segment : *segments()) {
    if (segment->base() > end) {
      PINTLE_TRY(fs_.Remove(segment->path()));
      removed = true;
      continue;
    }
    kept.push_back(segment);
  }
  if (removed) PINTLE_TRY(fs_.SyncDirectory(folder_));
  return !kept.empty() && kept.back()->Contains(end) ? CutIn(std::move(kept), end)
                                                     : StartNew(std::move(kept), end);
}

Status CommitLog::CutIn(SegmentList segments, LogOffset end) {
  tail_ = segments.back();
  const Status reserved = tail_->Reserve(fs_);
  const bool whole = tail_->From(tail_->base()).size() == static_cast<size_t>(segment_bytes_);
  const bool full = !reserved && reserved.error().code == ErrorCode::kNoSpace;
  if (!reserved && !whole && !full) {
    // A file that can be neither read nor extended is left as it is.
    PINTLE_LOG(kError, "store: {} cannot be appended to, the log goes on at {}: {}", tail_->path(),
               tail_->limit(), reserved.error().message);
    return Cut(tail_->limit());
  }
  tail_ready_ = reserved.has_value();
  if (end != blank_from_) PINTLE_TRY(tail_->Blank(fs_, end));
  SetSegments(std::move(segments));
  end_.store(end.value(), std::memory_order_release);
  if (full) return reserved;
  allocator_.Advance(tail_, end);
  return {};
}

Status CommitLog::StartNew(SegmentList segments, LogOffset end) {
  PINTLE_CHECK(end.value() % segment_bytes_ == 0, "the log ends at {}, where no segment is", end);
  const bool empty = segments.empty();
  SetSegments(std::move(segments));
  end_.store(end.value(), std::memory_order_release);
  tail_.reset();
  tail_ready_ = false;
  auto segment = allocator_.Make(end, false);
  if (!segment) {
    if (empty) min_.store(end.value(), std::memory_order_release);
    return std::unexpected(std::move(segment).error());
  }
  Append(*std::move(segment));
  allocator_.Advance(tail_, end);
  return {};
}

Result<std::optional<CommitLog::BlankTail>> CommitLog::StampTail() const {
  const auto list = segments();
  if (list->empty() || !list->back()->Contains(end())) return std::nullopt;
  const Segment& last = *list->back();
  PINTLE_ASSIGN(const FileStamp stamp, fs_.Stamp(last.path()));
  return BlankTail{last.base(), end(), stamp};
}

void CommitLog::BelieveTail(const BlankTail& tail) {
  const auto now = fs_.Stamp(JoinPath(folder_, OffsetFileName(tail.base.value())));
  if (now && *now == tail.stamp && now->size == segment_bytes_) blank_from_ = tail.from;
}

Result<CommitLog::Place> CommitLog::Reserve(int64_t size) {
  if (size + kBlankBytes > segment_bytes_) {
    return Fail(ErrorCode::kInvalidArgument,
                "{} bytes do not fit a segment of {} with its end marker of {}", size,
                segment_bytes_, kBlankBytes);
  }
  if (!tail_ready_) [[unlikely]]
    PINTLE_TRY(Adopt());
  LogOffset at = LogOffset(end_.load(std::memory_order_relaxed));
  // After a roll whose append failed the new segment is there already, and still empty.
  at = std::max(at, tail_->base());
  const int64_t left = tail_->limit() - at;
  if (size + kBlankBytes > left) {
    const LogOffset next = tail_->limit();
    auto old = tail_;
    PINTLE_TRY(Roll(next));
    // The marker is written when its successor exists: a segment that could not be made leaves the
    // log as it was.
    ByteSpan rest = old->WritableFrom(at);
    StoreBig<int32_t>(rest.data(), static_cast<int32_t>(left));
    StoreBig<int32_t>(rest.data() + 4, model::kBlankMagic);
    at = next;
  }
  return Place{at, tail_->WritableFrom(at).first(static_cast<size_t>(size))};
}

// The segment to append to is not there yet, or its file has holes or is short: RocketMQ leaves it
// sparse, and a full disk must be an error here and not a signal at the store into the mapping.
Status CommitLog::Adopt() {
  const bool existing = tail_ != nullptr;
  const LogOffset base = existing ? tail_->base() : end();
  PINTLE_ASSIGN(auto segment, allocator_.Take(base, existing));
  Append(std::move(segment));
  return {};
}

void CommitLog::Publish(LogOffset end) {
  PINTLE_CHECK(end.value() >= end_.load(std::memory_order_relaxed), "the log's end moves back");
  end_.store(end.value(), std::memory_order_release);
  allocator_.Advance(tail_, end);
}

Status CommitLog::Roll(LogOffset base) {
  PINTLE_ASSIGN(auto segment, allocator_.Take(base, false));
  Append(std::move(segment));
  return {};
}

void CommitLog::Append(std::shared_ptr<Segment> segment) {
  tail_ = segment;
  tail_ready_ = true;
  MutexLock lock(segments_mutex_);
  SegmentList all = *segments_;
  // Readers may still hold the one that it replaces; both show the same file.
  if (!all.empty() && all.back()->base() == segment->base()) all.pop_back();
  all.push_back(std::move(segment));
  SetSegmentsLocked(std::move(all));
}

void CommitLog::SetSegments(SegmentList segments) {
  MutexLock lock(segments_mutex_);
  SetSegmentsLocked(std::move(segments));
}

void CommitLog::SetSegmentsLocked(SegmentList segments) {
  const int64_t min = segments.empty() ? 0 : segments.front()->base().value();
  segments_ = std::make_shared<const SegmentList>(std::move(segments));
  min_.store(min, std::memory_order_release);
}

std::shared_ptr<const SegmentList> CommitLog::segments() const {
  MutexLock lock(segments_mutex_);
  return segments_;
}

LogSlice CommitLog::Slice(LogOffset offset, int64_t size) const {
  const LogView view(*this);
  const auto* segment = view.Find(offset, size);
  if (segment == nullptr) return {};
  return {(*segment)->From(offset).first(static_cast<size_t>(size)), *segment};
}

int64_t CommitLog::StoreTime(LogOffset offset) const {
  // Up to the store time with an IPv6 born host.
  constexpr int64_t kHeadBytes = 76;
  const LogSlice head = Slice(offset, kHeadBytes);
  if (head.bytes.empty()) return -1;
  const std::byte* at = head.bytes.data();
  const auto magic = LoadBig<int32_t>(at + 4);
  const bool is_record = (magic == model::kRecordMagicV1 || magic == model::kRecordMagicV2) &&
                         LoadBig<int64_t>(at + model::kRecordLogOffsetAt) == offset.value();
  if (!is_record) return -1;
  const bool v6 = (LoadBig<int32_t>(at + model::kRecordSysFlagAt) & model::kSysBornHostV6) != 0;
  return LoadBig<int64_t>(at + (v6 ? 68 : 56));
}

Status CommitLog::Sync(LogOffset from, LogOffset to) {
  const auto list = segments();
  for (const auto& segment : *list) {
    if (segment->limit() <= from || segment->base() >= to) continue;
    PINTLE_TRY(segment->Sync(std::max(from, segment->base()), std::min(to, segment->limit())));
  }
  return {};
}

Status CommitLog::RemoveOldest() {
  std::shared_ptr<Segment> oldest;
  {
    MutexLock lock(segments_mutex_);
    if (segments_->size() < 2) return Fail(ErrorCode::kNotFound, "only the segment in use is left");
    oldest = segments_->front();
    SetSegmentsLocked(SegmentList(segments_->begin() + 1, segments_->end()));
  }
  PINTLE_TRY(fs_.Remove(oldest->path()));
  return fs_.SyncDirectory(folder_);
}

const std::shared_ptr<Segment>* LogView::Find(LogOffset offset, int64_t size) const {
  if (size <= 0 || offset.value() < 0 || offset > end_ - size) return nullptr;
  const auto* segment = FindSegment(*segments_, offset);
  if (segment == nullptr || (*segment)->From(offset).size() < static_cast<size_t>(size))
    return nullptr;
  return segment;
}

}  // namespace pintle::store
