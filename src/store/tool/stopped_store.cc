#include "store/tool/stopped_store.h"

#include <algorithm>
#include <utility>

#include "store/store_options.h"

namespace pintle::store {

Result<std::unique_ptr<StoppedStore>> StoppedStore::Open(FileSystem& fs,
                                                         const std::string& folder) {
  for (const std::string& root : {folder, JoinPath(folder, "store")}) {
    std::unique_ptr<StoppedStore> store(new StoppedStore(fs, root));
    PINTLE_ASSIGN(const bool exists, fs.Exists(store->layout_.commit_log));
    if (!exists) continue;
    PINTLE_TRY(store->Load());
    return store;
  }
  return Fail(ErrorCode::kInvalidArgument,
              "{} is no store: neither it nor a folder \"store\" in it has a folder \"commitlog\"",
              folder);
}

Status StoppedStore::Load() {
  auto lock = fs_.Lock(layout_.lock);
  if (!lock) {
    return Fail(lock.error().code, "the store {} cannot be locked: {}; stop the broker first",
                layout_.root, lock.error().message);
  }
  lock_ = *std::move(lock);
  PINTLE_ASSIGN(queues_, ListQueues(fs_, layout_.consume_queue));
  PINTLE_ASSIGN(indexes_, ListIndexFiles(fs_, layout_.index));
  FindShape();
  return LoadSegments();
}

Status StoppedStore::LoadSegments() {
  PINTLE_ASSIGN(const auto names, fs_.List(layout_.commit_log));
  std::vector<int64_t> bases;
  for (const DirEntry& name : names) {
    const auto base = ParseOffsetFileName(name.name);
    if (name.is_directory || !base) continue;
    bases.push_back(*base);
    PINTLE_ASSIGN(const auto file,
                  fs_.Open(JoinPath(layout_.commit_log, name.name), OpenMode::kRead));
    PINTLE_ASSIGN(const int64_t size, file->Size());
    // A file can have been cut, and none is longer than it was made.
    shape_.segment_bytes = std::max(shape_.segment_bytes, size);
  }
  std::ranges::sort(bases);
  for (size_t i = 1; i < bases.size(); ++i)
    shape_.segment_bytes = std::min(shape_.segment_bytes, bases[i] - bases[i - 1]);
  if (shape_.segment_bytes == 0) shape_.segment_bytes = StoreOptions().segment_bytes;
  auto segments = std::make_shared<SegmentList>();
  for (const int64_t base : bases) {
    segments->push_back(Segment::Open(fs_, layout_.commit_log, LogOffset(base),
                                      shape_.segment_bytes, MapAccess::kRead));
  }
  segments_ = std::move(segments);
  return {};
}

void StoppedStore::FindShape() {
  int64_t entries = 0;
  for (const StoredQueue& queue : queues_) {
    for (const QueueFile& file : queue.files) entries = std::max(entries, file.entries());
  }
  for (const StoredQueue& queue : queues_) {
    for (size_t i = 1; i < queue.files.size(); ++i)
      entries = std::min(entries, queue.files[i].first - queue.files[i - 1].first);
  }
  const StoreOptions usual;
  shape_.queue_file_entries =
      entries == 0 ? usual.queue_file_entries : static_cast<int32_t>(entries);
  shape_.index = {usual.index_slots, usual.index_entries};
  for (const StoredIndex& index : indexes_) {
    if (index.geometry().slots > 0) shape_.index = index.geometry();
  }
}

LogOffset StoppedStore::log_min() const {
  return segments_->empty() ? LogOffset(0) : segments_->front()->base();
}

Result<model::Record> StoppedStore::RecordAt(LogOffset offset) const {
  const auto* segment = FindSegment(*segments_, offset);
  if (segment == nullptr) return Fail(ErrorCode::kNotFound, "there is no segment file");
  PINTLE_ASSIGN(auto record, model::DecodeRecord((*segment)->From(offset), false));
  if (record.log_offset != offset)
    return Malformed("the record there says that it is at {}", record.log_offset);
  return record;
}

}  // namespace pintle::store
