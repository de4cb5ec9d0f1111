#include "store/tool/stored_queue.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>
#include <utility>

#include "store/store_layout.h"

namespace pintle::store {
namespace {

constexpr auto kEntryBytes = static_cast<int64_t>(QueueEntry::kBytes);

Result<std::vector<DirEntry>> ListOrNothing(FileSystem& fs, const std::string& folder) {
  auto listed = fs.List(folder);
  if (!listed && listed.error().code == ErrorCode::kNotFound) return std::vector<DirEntry>();
  return listed;
}

Result<std::vector<QueueFile>> ListFiles(FileSystem& fs, const std::string& folder) {
  std::vector<QueueFile> out;
  PINTLE_ASSIGN(const auto names, fs.List(folder));
  for (const DirEntry& name : names) {
    const auto offset = ParseOffsetFileName(name.name);
    if (name.is_directory || !offset) continue;
    QueueFile file{JoinPath(folder, name.name), QueueOffset(*offset / kEntryBytes), 0};
    PINTLE_ASSIGN(const auto open, fs.Open(file.path, OpenMode::kRead));
    PINTLE_ASSIGN(file.bytes, open->Size());
    out.push_back(std::move(file));
  }
  std::ranges::sort(out, {}, &QueueFile::first);
  return out;
}

Result<int64_t> CountWritten(File& file, int64_t entries) {
  int64_t low = 0;
  int64_t high = entries;
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    PINTLE_ASSIGN(const QueueEntry entry, ReadEntry(file, middle));
    if (entry.written()) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

}  // namespace

Result<QueueEntry> ReadEntry(File& file, int64_t index) {
  std::array<std::byte, QueueEntry::kBytes> bytes{};
  PINTLE_TRY(file.ReadAt(index * kEntryBytes, bytes));
  return QueueEntry::Load(bytes.data());
}

Result<StoredQueue::Range> StoredQueue::FindRange(FileSystem& fs) const {
  Range range;
  if (files.empty()) return range;
  // From the back: the newest files may have been made ahead of their first entry.
  range.end = files.front().first;
  for (auto file = files.rbegin(); file != files.rend(); ++file) {
    PINTLE_ASSIGN(const auto open, fs.Open(file->path, OpenMode::kRead));
    PINTLE_ASSIGN(const int64_t written, CountWritten(*open, file->entries()));
    if (written == 0) continue;
    range.end = file->first + written;
    break;
  }
  range.first = files.front().first;
  PINTLE_ASSIGN(const auto front, fs.Open(files.front().path, OpenMode::kRead));
  while (range.first < range.end && range.first - files.front().first < files.front().entries()) {
    PINTLE_ASSIGN(const QueueEntry entry, ReadEntry(*front, range.first - files.front().first));
    if (!entry.blank()) break;
    ++range.first;
  }
  return range;
}

Result<std::vector<StoredQueue>> ListQueues(FileSystem& fs, const std::string& folder) {
  std::vector<StoredQueue> out;
  PINTLE_ASSIGN(const auto topics, ListOrNothing(fs, folder));
  for (const DirEntry& topic : topics) {
    if (!topic.is_directory) continue;
    const std::string topic_folder = JoinPath(folder, topic.name);
    PINTLE_ASSIGN(const auto ids, fs.List(topic_folder));
    for (const DirEntry& id : ids) {
      StoredQueue queue{topic.name, -1, JoinPath(topic_folder, id.name), {}};
      const char* end = id.name.data() + id.name.size();
      const auto parsed = std::from_chars(id.name.data(), end, queue.queue_id);
      if (!id.is_directory || parsed.ec != std::errc{} || parsed.ptr != end || queue.queue_id < 0)
        continue;
      PINTLE_ASSIGN(queue.files, ListFiles(fs, queue.folder));
      out.push_back(std::move(queue));
    }
  }
  std::ranges::sort(out, [](const StoredQueue& a, const StoredQueue& b) {
    return std::tie(a.topic, a.queue_id) < std::tie(b.topic, b.queue_id);
  });
  return out;
}

}  // namespace pintle::store
