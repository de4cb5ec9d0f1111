#include "store/queue_loader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/log.h"
#include "store/store_layout.h"

namespace pintle::store {

QueueLoader::QueueLoader(FileSystem& fs, QueueFiles& files, QueueTable& table, Known known)
    : fs_(fs), files_(files), table_(table), stamps_(known.stamps) {
  if (known.point == nullptr) return;
  for (const auto& queue : known.point->queues) ends_[{queue.topic, queue.queue_id}] = queue.end;
}

Status QueueLoader::LoadAll() {
  PINTLE_TRY(fs_.CreateDirectories(files_.root()));
  PINTLE_ASSIGN(const auto topics, Topics());
  for (const std::string& topic : topics) PINTLE_TRY(LoadTopic(topic));
  return {};
}

bool QueueLoader::IsAsStamped(const std::string& folder, const FileStamp& stamp) {
  const auto now = fs_.Stamp(folder);
  return now && *now == stamp;
}

Result<std::vector<std::string>> QueueLoader::Topics() {
  std::vector<std::string> topics;
  if (stamps_ != nullptr && IsAsStamped(files_.root(), stamps_->root)) {
    for (const auto& [name, topic] : stamps_->topics) topics.push_back(name);
    return topics;
  }
  PINTLE_ASSIGN(const auto entries, fs_.List(files_.root()));
  for (const DirEntry& entry : entries) {
    if (entry.is_directory && IsStorableTopic(entry.name)) topics.push_back(entry.name);
  }
  return topics;
}

Result<std::vector<int32_t>> QueueLoader::QueueIds(const std::string& topic,
                                                   const QueueStamps::Topic* stamps) {
  std::vector<int32_t> ids;
  const std::string folder = files_.TopicFolder(topic);
  if (stamps != nullptr && IsAsStamped(folder, stamps->folder)) {
    for (const auto& [id, queue] : stamps->queues) ids.push_back(id);
    return ids;
  }
  PINTLE_ASSIGN(const auto entries, fs_.List(folder));
  for (const DirEntry& entry : entries) {
    int32_t id = -1;
    const char* end = entry.name.data() + entry.name.size();
    const auto parsed = std::from_chars(entry.name.data(), end, id);
    if (entry.is_directory && parsed.ec == std::errc{} && parsed.ptr == end && id >= 0)
      ids.push_back(id);
  }
  return ids;
}

Status QueueLoader::LoadTopic(const std::string& topic) {
  const QueueStamps::Topic* stamps = nullptr;
  if (stamps_ != nullptr) {
    if (const auto found = stamps_->topics.find(topic); found != stamps_->topics.end())
      stamps = &found->second;
  }
  PINTLE_ASSIGN(const auto ids, QueueIds(topic, stamps));
  for (const int32_t id : ids) {
    PINTLE_ASSIGN(ConsumeQueue * queue, table_.FindOrCreate(topic, id));
    if (stamps != nullptr) {
      const auto found = stamps->queues.find(id);
      if (found != stamps->queues.end() && IsUntouched(*queue, found->second)) {
        queue->SetRange(found->second.first, found->second.end);
        queue->NoteSynced(found->second.end);
        untouched_.insert(queue);
        continue;
      }
    }
    PINTLE_TRY(LoadQueue(*queue));
  }
  return {};
}

bool QueueLoader::IsUntouched(const ConsumeQueue& queue, const QueueStamps::Queue& stamps) {
  if (!IsAsStamped(queue.folder(), stamps.folder)) return false;
  return std::ranges::all_of(stamps.files, [&](const QueueStamps::StampedFile& file) {
    const auto now = files_.Stamp(queue.folder(), file.first);
    return now && *now == file.stamp && now->size == files_.file_bytes();
  });
}

Status QueueLoader::LoadQueue(ConsumeQueue& queue) {
  const std::string& folder = queue.folder();
  PINTLE_ASSIGN(const auto files, files_.ListFiles(folder));
  if (files.empty()) return {};
  const int64_t per_file = files_.entries_per_file();
  const auto known = ends_.find({queue.topic(), queue.queue_id()});
  const QueueOffset known_end = known == ends_.end() ? QueueOffset(0) : known->second;
  QueueOffset first = files.front();
  QueueOffset end = files.front();
  for (size_t i = 0; i < files.size(); ++i) {
    PINTLE_TRY(FixLength(JoinPath(
        folder, OffsetFileName(files[i].value() * static_cast<int64_t>(QueueEntry::kBytes)))));
    if (files[i] != end) {
      PINTLE_LOG(kError, "store: {} has no file for the entries {}..{}", folder, end, files[i]);
      break;
    }
    const bool last = i + 1 == files.size();
    int64_t count = per_file;
    PINTLE_ASSIGN(const QueueEntry back, EntryAt(folder, files[i] + (per_file - 1)));
    if (!back.written()) {
      PINTLE_ASSIGN(count, CountWritten(folder, files[i], known_end - files[i]));
    }
    if (i == 0) {
      PINTLE_ASSIGN(const int64_t blanks, CountBlanks(folder, files[i]));
      first = files[i] + blanks;
    }
    end = files[i] + count;
    if (count == per_file) continue;
    if (!last) {
      PINTLE_LOG(kError, "store: {} has entries up to {} and files behind them", folder, end);
    }
    break;
  }
  queue.SetRange(std::min(first, end), end);
  return {};
}

Status QueueLoader::FixLength(const std::string& path) {
  PINTLE_ASSIGN(const FileStamp stamp, fs_.Stamp(path));
  if (stamp.size == files_.file_bytes()) return {};
  PINTLE_LOG(kError, "store: {} has {} bytes instead of {}", path, stamp.size, files_.file_bytes());
  PINTLE_ASSIGN(auto file, fs_.Open(path, OpenMode::kReadWrite));
  return file->Truncate(files_.file_bytes());
}

Result<QueueEntry> QueueLoader::EntryAt(const std::string& folder, QueueOffset at) {
  std::array<std::byte, QueueEntry::kBytes> bytes{};
  PINTLE_ASSIGN(const bool is_empty, files_.IsEmptyFrom(folder, at));
  if (is_empty) return QueueEntry();
  PINTLE_TRY(files_.Read(folder, at, bytes));
  return QueueEntry::Load(bytes.data());
}

// Written entries stand in front of zeros, so that halving finds the border. It is most often at the
// guess or a little behind it.
Result<int64_t> QueueLoader::CountWritten(const std::string& folder, QueueOffset first,
                                          int64_t guess) {
  int64_t low = 0;
  int64_t high = files_.entries_per_file();
  int64_t step = 1;
  int64_t probe = guess > 0 && guess <= high ? guess - 1 : (high - 1) / 2;
  bool near_guess = guess > 0 && guess <= high;
  while (low < high) {
    PINTLE_ASSIGN(const QueueEntry entry, EntryAt(folder, first + probe));
    if (entry.written()) {
      low = probe + 1;
    } else {
      high = probe;
      near_guess = false;
    }
    probe = near_guess ? std::min(low + step - 1, high - 1) : low + (high - low) / 2;
    step *= 2;
  }
  return low;
}

// One by one: a blank further on stands for a lost message and not for the file's front.
Result<int64_t> QueueLoader::CountBlanks(const std::string& folder, QueueOffset first) {
  constexpr int64_t kChunk = 1'024;
  std::vector<std::byte> bytes(QueueEntry::kBytes);
  int64_t blanks = 0;
  while (blanks < files_.entries_per_file()) {
    PINTLE_ASSIGN(const size_t count, files_.Read(folder, first + blanks, bytes));
    for (size_t i = 0; i < count; ++i, ++blanks) {
      if (!QueueEntry::Load(bytes.data() + i * QueueEntry::kBytes).blank()) return blanks;
    }
    if (count == 0) break;
    bytes.resize(static_cast<size_t>(kChunk) * QueueEntry::kBytes);
  }
  return blanks;
}

}  // namespace pintle::store
