#include "store/tool/store_inspection.h"

#include <algorithm>
#include <utility>

#include "store/log_scanner.h"

namespace pintle::store {
namespace {

// No record is longer than the messages that brokers take by their settings, 4 MiB, and its
// properties: the last record of a full segment starts in this much of its end, or the whole
// segment is read.
constexpr int64_t kTailBytes = 8 << 20;

StoreInspection::SegmentFile InspectSegment(const std::shared_ptr<Segment>& segment, bool newest) {
  StoreInspection::SegmentFile out;
  out.base = out.end = segment->base();
  out.bytes = static_cast<int64_t>(segment->From(segment->base()).size());
  const auto alone = std::make_shared<const SegmentList>(SegmentList{segment});
  LogScanner front(alone, segment->base(), false);
  const auto first = front.Next();
  if (!first) return out;
  out.first_time = first->store_timestamp;
  const auto walk = [&](LogOffset from) {
    LogScanner scanner(alone, from, false);
    while (const auto record = scanner.Next()) {
      out.last_time = record->store_timestamp;
      out.end = record->log_offset + record->size;
    }
  };
  if (!newest) walk(std::max(segment->base(), segment->limit() - kTailBytes));
  if (out.end == segment->base()) walk(segment->base());
  return out;
}

Result<StoreInspection::Queue> InspectQueue(const StoppedStore& store, const StoredQueue& queue) {
  PINTLE_ASSIGN(const auto range, queue.FindRange(store.fs()));
  StoreInspection::Queue out{queue.topic, queue.queue_id, range.end, range.end, queue.files.size()};
  for (const QueueFile& file : queue.files) {
    const QueueOffset file_end = std::min(file.first + file.entries(), range.end);
    if (file_end <= range.first) continue;
    PINTLE_ASSIGN(const auto open, store.fs().Open(file.path, OpenMode::kRead));
    const auto leads_into_log = [&](QueueOffset at) -> Result<bool> {
      PINTLE_ASSIGN(const QueueEntry entry, ReadEntry(*open, at - file.first));
      return !entry.blank() && entry.offset >= store.log_min();
    };
    PINTLE_ASSIGN(const bool last_does, leads_into_log(file_end - 1));
    if (!last_does) continue;
    for (QueueOffset at = std::max(range.first, file.first); at < file_end; ++at) {
      PINTLE_ASSIGN(const bool does, leads_into_log(at));
      if (!does) continue;
      out.min = at;
      return out;
    }
  }
  return out;
}

StoreInspection::Index InspectIndex(const StoredIndex& index) {
  StoreInspection::Index out;
  out.name = index.path().substr(index.path().rfind('/') + 1);
  out.bytes = index.bytes();
  out.keys = std::max(0, index.header().next - 1);
  out.first_time = index.header().begin_timestamp;
  out.last_time = index.header().end_timestamp;
  out.first_offset = index.header().begin_offset;
  out.last_offset = index.header().end_offset;
  return out;
}

Result<std::vector<StoreInspection::OtherFile>> InspectMetadata(const StoppedStore& store) {
  std::vector<StoreInspection::OtherFile> out;
  const std::string folder = JoinPath(store.layout().root, "config");
  auto names = store.fs().List(folder);
  if (!names && names.error().code == ErrorCode::kNotFound) return out;
  if (!names) return std::unexpected(std::move(names).error());
  for (const DirEntry& name : *names) {
    if (name.is_directory) continue;
    PINTLE_ASSIGN(const auto file, store.fs().Open(JoinPath(folder, name.name), OpenMode::kRead));
    PINTLE_ASSIGN(const int64_t size, file->Size());
    out.push_back({JoinPath("config", name.name), size});
  }
  std::ranges::sort(out, {}, &StoreInspection::OtherFile::path);
  return out;
}

}  // namespace

Result<StoreInspection> StoreInspection::Of(const StoppedStore& store) {
  StoreInspection out;
  out.root = store.layout().root;
  out.shape = store.shape();
  for (const auto& segment : *store.segments())
    out.segments.push_back(InspectSegment(segment, segment == store.segments()->back()));
  for (const StoredQueue& queue : store.queues()) {
    PINTLE_ASSIGN(auto one, InspectQueue(store, queue));
    out.queues.push_back(std::move(one));
  }
  for (const StoredIndex& index : store.indexes()) out.indexes.push_back(InspectIndex(index));
  PINTLE_ASSIGN(out.checkpoint, Checkpoint::Read(store.fs(), store.layout().checkpoint));
  PINTLE_ASSIGN(out.aborted, store.fs().Exists(store.layout().abort));
  out.recovery_point = RecoveryPoint::Read(store.fs(), store.layout().recovery_point);
  PINTLE_ASSIGN(out.metadata, InspectMetadata(store));
  return out;
}

}  // namespace pintle::store
