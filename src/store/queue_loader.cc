#include "store/queue_loader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/log.h"
#include "store/store_layout.h"

namespace pintle::store {

Status QueueLoader::LoadAll() {
  PINTLE_TRY(fs_.CreateDirectories(files_.root()));
  PINTLE_ASSIGN(const auto topics, fs_.List(files_.root()));
  for (const DirEntry& topic : topics) {
    if (topic.is_directory && IsStorableTopic(topic.name)) PINTLE_TRY(LoadTopic(topic.name));
  }
  return {};
}

Status QueueLoader::LoadTopic(const std::string& topic) {
  PINTLE_ASSIGN(const auto entries, fs_.List(files_.TopicFolder(topic)));
  for (const DirEntry& entry : entries) {
    int32_t id = -1;
    const char* end = entry.name.data() + entry.name.size();
    const auto parsed = std::from_chars(entry.name.data(), end, id);
    if (!entry.is_directory || parsed.ec != std::errc{} || parsed.ptr != end || id < 0) continue;
    PINTLE_ASSIGN(ConsumeQueue * queue, table_.FindOrCreate(topic, id));
    PINTLE_TRY(LoadQueue(*queue));
  }
  return {};
}

Status QueueLoader::LoadQueue(ConsumeQueue& queue) {
  const std::string& folder = queue.folder();
  PINTLE_ASSIGN(const auto files, files_.ListFiles(folder));
  if (files.empty()) return {};
  const int64_t per_file = files_.entries_per_file();
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
      PINTLE_ASSIGN(count, CountWritten(folder, files[i]));
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
  PINTLE_ASSIGN(auto file, fs_.Open(path, OpenMode::kReadWrite));
  PINTLE_ASSIGN(const int64_t size, file->Size());
  if (size == files_.file_bytes()) return {};
  PINTLE_LOG(kError, "store: {} has {} bytes instead of {}", path, size, files_.file_bytes());
  return file->Truncate(files_.file_bytes());
}

Result<QueueEntry> QueueLoader::EntryAt(const std::string& folder, QueueOffset at) {
  std::array<std::byte, QueueEntry::kBytes> bytes{};
  PINTLE_TRY(files_.Read(folder, at, bytes));
  return QueueEntry::Load(bytes.data());
}

// Written entries stand in front of zeros, so that halving finds the border.
Result<int64_t> QueueLoader::CountWritten(const std::string& folder, QueueOffset first) {
  int64_t low = 0;
  int64_t high = files_.entries_per_file();
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    PINTLE_ASSIGN(const QueueEntry entry, EntryAt(folder, first + middle));
    if (entry.written()) {
      low = middle + 1;
    } else {
      high = middle;
    }
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
