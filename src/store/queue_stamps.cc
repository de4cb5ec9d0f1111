#include "store/queue_stamps.h"

#include <utility>

#include "base/log.h"
#include "store/sealed_text.h"

namespace pintle::store {
namespace {

constexpr std::string_view kMagic = "PINTLEQS";
constexpr std::string_view kNoun = "queue stamps";
constexpr int32_t kVersion = 2;  // 1 had nothing of the log

void PutStamp(SealedWriter& out, const FileStamp& stamp) {
  out.Put(stamp.size);
  out.Put(stamp.modified);
  out.Put(stamp.changed);
}

FileStamp TakeStamp(ByteReader& in) {
  FileStamp stamp;
  stamp.size = in.Big<int64_t>();
  stamp.modified = in.Big<int64_t>();
  stamp.changed = in.Big<int64_t>();
  return stamp;
}

Result<QueueStamps::Queue> StampsOf(FileSystem& fs, QueueFiles& files, const ConsumeQueue& queue) {
  QueueStamps::Queue out{queue.first(), queue.end(), {}, {}};
  PINTLE_ASSIGN(out.folder, fs.Stamp(queue.folder()));
  PINTLE_ASSIGN(const auto firsts, files.ListFiles(queue.folder()));
  for (const QueueOffset first : firsts) {
    PINTLE_ASSIGN(const FileStamp stamp, files.Stamp(queue.folder(), first));
    out.files.push_back({first, stamp});
  }
  return out;
}

}  // namespace

Result<QueueStamps> QueueStamps::Take(FileSystem& fs, QueueFiles& files, const QueueTable& table,
                                      const CommitLog& log, LogOffset position) {
  QueueStamps out;
  out.position = position;
  PINTLE_ASSIGN(out.tail, log.StampTail());
  PINTLE_ASSIGN(out.root, fs.Stamp(files.root()));
  for (const ConsumeQueue* queue : table.All()) {
    auto stamps = StampsOf(fs, files, *queue);
    if (!stamps) {
      // A queue that never had a message has no folder.
      if (stamps.error().code == ErrorCode::kNotFound) continue;
      return std::unexpected(std::move(stamps).error());
    }
    auto topic = out.topics.find(queue->topic());
    if (topic == out.topics.end()) {
      topic = out.topics.emplace(queue->topic(), Topic()).first;
      PINTLE_ASSIGN(topic->second.folder, fs.Stamp(files.TopicFolder(queue->topic())));
    }
    topic->second.queues.emplace(queue->queue_id(), *std::move(stamps));
  }
  return out;
}

std::string QueueStamps::Encode() const {
  SealedWriter out(kMagic);
  out.Put(kVersion);
  out.Put(position.value());
  const CommitLog::BlankTail log = tail.value_or(CommitLog::BlankTail{LogOffset(-1), {}, {}});
  out.Put(log.base.value());
  out.Put(log.from.value());
  PutStamp(out, log.stamp);
  PutStamp(out, root);
  out.Put(static_cast<int32_t>(topics.size()));
  for (const auto& [name, topic] : topics) {
    out.PutText(name);
    PutStamp(out, topic.folder);
    out.Put(static_cast<int32_t>(topic.queues.size()));
    for (const auto& [id, queue] : topic.queues) {
      out.Put(id);
      out.Put(queue.first.value());
      out.Put(queue.end.value());
      PutStamp(out, queue.folder);
      out.Put(static_cast<int32_t>(queue.files.size()));
      for (const StampedFile& file : queue.files) {
        out.Put(file.first.value());
        PutStamp(out, file.stamp);
      }
    }
  }
  return std::move(out).Seal();
}

Result<QueueStamps> QueueStamps::Decode(std::string_view text) {
  PINTLE_ASSIGN(const ByteView body, OpenSealed(kNoun, kMagic, text));
  ByteReader in(body);
  if (const auto version = in.Big<int32_t>(); version != kVersion)
    return Fail(ErrorCode::kUnsupported, "{}: version {}", kNoun, version);
  QueueStamps out;
  out.position = LogOffset(in.Big<int64_t>());
  CommitLog::BlankTail log;
  log.base = LogOffset(in.Big<int64_t>());
  log.from = LogOffset(in.Big<int64_t>());
  log.stamp = TakeStamp(in);
  if (log.base.value() >= 0) out.tail = log;
  out.root = TakeStamp(in);
  for (auto topics = in.Big<int32_t>(); topics > 0 && in.ok(); --topics) {
    Topic& topic = out.topics[TakeSealedText(in)];
    topic.folder = TakeStamp(in);
    for (auto queues = in.Big<int32_t>(); queues > 0 && in.ok(); --queues) {
      Queue& queue = topic.queues[in.Big<int32_t>()];
      queue.first = QueueOffset(in.Big<int64_t>());
      queue.end = QueueOffset(in.Big<int64_t>());
      queue.folder = TakeStamp(in);
      for (auto files = in.Big<int32_t>(); files > 0 && in.ok(); --files) {
        const QueueOffset first(in.Big<int64_t>());
        queue.files.push_back({first, TakeStamp(in)});
      }
    }
  }
  if (!in.ok() || in.remaining() != 0) return Malformed("{}: its lengths do not add up", kNoun);
  return out;
}

std::optional<QueueStamps> QueueStamps::Read(FileSystem& fs, const std::string& path) {
  auto text = ReadWholeFile(fs, path);
  if (!text) {
    if (text.error().code != ErrorCode::kNotFound)
      PINTLE_LOG(kWarn, "store: {} cannot be read: {}", path, text.error().message);
    return std::nullopt;
  }
  auto stamps = Decode(*text);
  if (stamps) return *std::move(stamps);
  PINTLE_LOG(kWarn, "store: {} is not used: {}", path, stamps.error().message);
  return std::nullopt;
}

Status QueueStamps::Write(FileSystem& fs, const std::string& path) const {
  return WriteFileAtomically(fs, path, Encode(), false);
}

}  // namespace pintle::store
