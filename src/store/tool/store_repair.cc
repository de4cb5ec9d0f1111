#include "store/tool/store_repair.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "model/topic.h"
#include "store/checkpoint.h"
#include "store/log_entry.h"
#include "store/log_scanner.h"
#include "store/store_options.h"
#include "store/tool/tag_key.h"

namespace pintle::store {
namespace {

constexpr char kNew[] = ".new";
constexpr char kOld[] = ".bak";
constexpr size_t kOpenFilesMax = 256;
constexpr int64_t kEntriesInMemory = 1 << 18;
constexpr int64_t kProgressBytes = 4 << 20;

std::vector<std::string> Derived(const StoreLayout& layout) {
  return {layout.recovery_point, layout.consume_queue, layout.index, layout.checkpoint};
}

bool AllZero(ByteView bytes) {
  return std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{}; });
}

Status RemoveIfThere(FileSystem& fs, const std::string& path) {
  const auto folder = fs.List(path);
  if (folder) return fs.RemoveTree(path);
  PINTLE_ASSIGN(const bool exists, fs.Exists(path));
  return exists ? fs.Remove(path) : Status();
}

}  // namespace

StoreRepair::StoreRepair(const StoppedStore& store, const Clock& clock, RepairOptions options)
    : store_(store),
      options_(std::move(options)),
      deleted_(store),
      old_files_(store.fs(), store.layout().consume_queue, store.shape().queue_file_entries,
                 kOpenFilesMax),
      files_(store.fs(), store.layout().consume_queue + kNew, store.shape().queue_file_entries,
             kOpenFilesMax),
      queues_(store.fs(), files_, dirty_),
      index_(store.fs(), clock, {store.layout().index + kNew, store.shape().index}) {}

Result<RepairReport> StoreRepair::Run() {
  if (store_.segments()->empty()) {
    return Fail(ErrorCode::kInvalidArgument,
                "{} has no log: queues and index are all there is, and are left alone",
                store_.layout().root);
  }
  FileSystem& fs = store_.fs();
  for (const std::string& path : Derived(store_.layout())) {
    PINTLE_TRY(RemoveIfThere(fs, path + kNew));
    PINTLE_TRY(RemoveIfThere(fs, path + kOld));
  }
  PINTLE_ASSIGN(extended_, fs.Exists(store_.layout().consume_queue + "_ext"));
  PINTLE_ASSIGN(indexed_, fs.Exists(store_.layout().index));
  PINTLE_TRY(fs.CreateDirectories(files_.root()));
  tag_keys_ = HasTagKeys(store_);
  if (indexed_) {
    PINTLE_TRY(fs.CreateDirectories(store_.layout().index + kNew));
    PINTLE_TRY(index_.Load());
  }
  report_.indexed = indexed_;
  PINTLE_TRY(Build());
  PINTLE_TRY(KeepQueues());
  PINTLE_TRY(WriteMarks());
  if (options_.cut_torn_tail) PINTLE_TRY(CutTail());
  PINTLE_TRY(Exchange());
  return report_;
}

Result<bool> StoreRepair::PutBack(const StoppedStore& store) {
  FileSystem& fs = store.fs();
  bool moved = false;
  for (const std::string& path : Derived(store.layout())) {
    PINTLE_ASSIGN(const bool there, fs.Exists(path));
    PINTLE_ASSIGN(const bool old, fs.Exists(path + kOld));
    if (there || !old) continue;
    PINTLE_TRY(fs.Rename(path + kOld, path));
    moved = true;
  }
  if (moved) PINTLE_TRY(fs.SyncDirectory(store.layout().root));
  return moved;
}

Status StoreRepair::Build() {
  LogScanner scanner(store_.segments(), store_.log_min(), true);
  const int64_t total = store_.segments()->back()->limit() - store_.log_min();
  int64_t next_progress = 0;
  while (const auto record = scanner.Next()) {
    PINTLE_TRY(Take(*record));
    if (dirty_.entries() >= kEntriesInMemory ||
        index_.pending() >= static_cast<size_t>(kEntriesInMemory))
      PINTLE_TRY(FlushDerived());
    const int64_t done = scanner.position() - store_.log_min();
    if (done < next_progress || !options_.on_progress) continue;
    next_progress = done + kProgressBytes;
    options_.on_progress(done, total);
  }
  report_.log_end = scanner.position();
  report_.log_damages = static_cast<int64_t>(scanner.damages().size());
  PINTLE_TRY(FlushDerived());
  for (ConsumeQueue* queue : queues_.All()) PINTLE_TRY(queue->Sync());
  return indexed_ ? index_.Sync() : Status();
}

Status StoreRepair::Take(const model::Record& record) {
  ++report_.records;
  last_record_ = record.log_offset;
  last_timestamp_ = std::max(last_timestamp_, record.store_timestamp);
  const LogEntry derived = LogEntryOf(record, StoreOptions().delay_levels_ms);
  if (indexed_ && HasIndexKeys(record.sys_flag)) {
    const KeyHashes hashes(record.topic, derived.uniq_key, derived.keys);
    std::vector<int32_t> all(hashes.all().begin(), hashes.all().end());
    if (const int32_t tag = tag_keys_ ? TagKeyHash(record) : -1; tag >= 0) all.push_back(tag);
    if (!all.empty()) last_indexed_ = record.log_offset;
    index_.Add(all, record.log_offset, record.store_timestamp);
  }
  // Copied by KeepQueues(): the log does not tell the offsets of light queues.
  if (record.topic.starts_with(model::kLightTopicPrefix)) return {};
  if (!HasQueueEntry(record.sys_flag) || deleted_.Contains(record)) return {};
  QueueEntry entry = derived.entry;
  PINTLE_ASSIGN(entry.tags_code, TagsCode(record, entry.tags_code));
  PINTLE_ASSIGN(ConsumeQueue * queue, queues_.FindOrCreate(record.topic, record.queue_id));
  if (record.queue_offset < queue->next()) {
    // The topic was deleted and made again: the queue is that of the newer one.
    PINTLE_TRY(FlushDerived());
    if (record.queue_offset > queue->first()) {
      PINTLE_TRY(queue->Cut(record.queue_offset));
    } else {
      files_.Forget(queue->folder());
      PINTLE_TRY(store_.fs().RemoveTree(queue->folder()));
      queue->SetRange(QueueOffset(0), QueueOffset(0));
    }
  }
  queue->SkipTo(record.queue_offset);
  queue->Append(entry);
  ++report_.queue_entries;
  return {};
}

// What the log does not tell comes from the old entry, when that leads to this
// record: the due time of a delayed message by the broker's own delay levels,
// and addresses of extended entries.
Result<int64_t> StoreRepair::TagsCode(const model::Record& record, int64_t computed) {
  if (!extended_ && record.topic != model::kScheduleTopic) return computed;
  std::array<std::byte, QueueEntry::kBytes> bytes{};
  const auto read =
      old_files_.Read(old_files_.Folder(record.topic, record.queue_id), record.queue_offset, bytes);
  if (!read && read.error().code != ErrorCode::kNotFound) return std::unexpected(read.error());
  const QueueEntry old = QueueEntry::Load(bytes.data());
  if (old.offset != record.log_offset || old.size != record.size) return computed;
  return record.topic == model::kScheduleTopic || old.extended() ? old.tags_code : computed;
}

Status StoreRepair::FlushDerived() {
  for (ConsumeQueue* queue : dirty_.Take()) {
    bool more = true;
    while (more) {
      PINTLE_ASSIGN(more, queue->Flush(kEntriesInMemory));
    }
    queue->Trim();
  }
  bool more = indexed_;
  while (more) {
    PINTLE_ASSIGN(more, index_.Flush(kEntriesInMemory));
  }
  return {};
}

// A queue whose messages have all expired still says which offset comes next.
Status StoreRepair::KeepQueues() {
  for (const StoredQueue& queue : store_.queues()) {
    const bool light = queue.topic.starts_with(model::kLightTopicPrefix);
    if (queue.files.empty() || (!light && queues_.Find(queue.topic, queue.queue_id) != nullptr))
      continue;
    const std::string folder = files_.Folder(queue.topic, queue.queue_id);
    PINTLE_TRY(store_.fs().CreateDirectories(folder));
    const size_t from = light ? 0 : queue.files.size() - 1;
    for (size_t i = from; i < queue.files.size(); ++i) {
      const std::string& path = queue.files[i].path;
      PINTLE_TRY(CopyFile(path, JoinPath(folder, path.substr(path.rfind('/') + 1))));
    }
    PINTLE_TRY(store_.fs().SyncDirectory(folder));
    ++report_.queues_kept;
  }
  return {};
}

Status StoreRepair::CopyFile(const std::string& from, const std::string& to) {
  PINTLE_ASSIGN(const std::string bytes, ReadWholeFile(store_.fs(), from));
  PINTLE_ASSIGN(const auto file, store_.fs().Open(to, OpenMode::kTruncate));
  PINTLE_TRY(file->WriteAt(0, AsBytes(bytes)));
  return file->Sync();
}

Status StoreRepair::WriteMarks() {
  const StoreLayout& layout = store_.layout();
  PINTLE_ASSIGN(Checkpoint checkpoint, Checkpoint::Read(store_.fs(), layout.checkpoint));
  checkpoint.log_timestamp = checkpoint.queue_timestamp = last_timestamp_;
  checkpoint.index_timestamp = indexed_ ? index_.full_files_timestamp() : 0;
  PINTLE_TRY(checkpoint.Write(store_.fs(), layout.checkpoint + kNew));
  // RocketMQ's own stores have none, and need none.
  if (!deleted_.recovery_point()) return {};
  RecoveryPoint point;
  point.position = report_.log_end;
  point.last_record = last_record_;
  point.last_timestamp = last_timestamp_;
  point.last_indexed = last_indexed_;
  point.indexed = indexed_;
  point.deleted = deleted_.recovery_point()->deleted;
  for (const ConsumeQueue* queue : queues_.All())
    point.queues.push_back({queue->topic(), queue->queue_id(), queue->first(), queue->end()});
  return point.Write(store_.fs(), layout.recovery_point + kNew);
}

Status StoreRepair::Exchange() {
  FileSystem& fs = store_.fs();
  const StoreLayout& layout = store_.layout();
  for (const std::string& path : Derived(layout)) {
    PINTLE_ASSIGN(const bool made, fs.Exists(path + kNew));
    PINTLE_ASSIGN(const bool there, fs.Exists(path));
    if (there) PINTLE_TRY(fs.Rename(path, path + kOld));
    if (made) PINTLE_TRY(fs.Rename(path + kNew, path));
  }
  PINTLE_TRY(fs.SyncDirectory(layout.root));
  for (const std::string& path : Derived(layout)) PINTLE_TRY(RemoveIfThere(fs, path + kOld));
  return fs.SyncDirectory(layout.root);
}

Status StoreRepair::CutTail() {
  constexpr size_t kChunk = 65536;
  const std::vector<std::byte> zeros(kChunk);
  for (const auto& segment : *store_.segments()) {
    if (segment->limit() <= report_.log_end) continue;
    LogOffset at = std::max(report_.log_end, segment->base());
    const ByteView rest = segment->From(at);
    const bool ends = rest.size() >= 8 && LoadBig<int32_t>(rest.data() + 4) == model::kBlankMagic &&
                      LoadBig<int32_t>(rest.data()) == segment->limit() - at;
    if (rest.empty() || (ends && AllZero(rest.subspan(8)))) continue;
    PINTLE_ASSIGN(const auto file, store_.fs().Open(segment->path(), OpenMode::kReadWrite));
    for (size_t from = 0; from < rest.size(); from += kChunk) {
      const ByteView chunk = rest.subspan(from, std::min(kChunk, rest.size() - from));
      if (AllZero(chunk)) continue;
      report_.tail_bytes_cut += static_cast<int64_t>(chunk.size());
      PINTLE_TRY(file->WriteAt(at - segment->base() + static_cast<int64_t>(from),
                               ByteView(zeros).first(chunk.size())));
    }
    PINTLE_TRY(file->Sync());
  }
  return {};
}

}  // namespace pintle::store
