#include "store/queue_files.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "base/log.h"
#include "store/store_layout.h"

namespace pintle::store {
namespace {

// Pages are kept of more files than are open, of a few MiB in all.
constexpr size_t kPagesPerFile = 8;

}  // namespace

QueueFiles::QueueFiles(FileSystem& fs, std::string root, int32_t entries_per_file, size_t open_max)
    : fs_(fs),
      root_(std::move(root)),
      entries_per_file_(entries_per_file),
      open_max_(open_max),
      ahead_(kPagesPerFile * open_max) {}

std::string QueueFiles::Folder(std::string_view topic, int32_t queue_id) const {
  return fmt::format("{}/{}/{}", root_, topic, queue_id);
}

std::string QueueFiles::PathOf(const std::string& folder, QueueOffset first) const {
  return JoinPath(folder, OffsetFileName(first.value() * static_cast<int64_t>(QueueEntry::kBytes)));
}

Result<size_t> QueueFiles::Read(const std::string& folder, QueueOffset from, ByteSpan into) {
  const QueueOffset first = FirstOf(from);
  const int64_t at = (from - first) * static_cast<int64_t>(QueueEntry::kBytes);
  const auto left = static_cast<size_t>(file_bytes() - at);
  const ByteSpan wanted = into.first(std::min(into.size(), left));
  if (ahead_.Take(folder, first, at, wanted)) return wanted.size() / QueueEntry::kBytes;

  const uint64_t writes_before = ahead_.writes();
  PINTLE_ASSIGN(auto file, Get(folder, first));
  if (wanted.size() >= ReadAhead::kPageBytes) {
    PINTLE_ASSIGN(const size_t bytes, file->ReadAt(at, wanted));
    return bytes / QueueEntry::kBytes;
  }
  std::array<std::byte, ReadAhead::kPageBytes> page;
  PINTLE_ASSIGN(const size_t bytes, file->ReadAt(at, page));
  ahead_.Keep(folder, first, at, ByteView(page).first(bytes), writes_before);
  const size_t answered = std::min(wanted.size(), bytes);
  std::memcpy(wanted.data(), page.data(), answered);
  return answered / QueueEntry::kBytes;
}

Result<bool> QueueFiles::IsEmptyFrom(const std::string& folder, QueueOffset from) {
  const QueueOffset first = FirstOf(from);
  PINTLE_ASSIGN(auto file, Get(folder, first));
  return file->NextData((from - first) * static_cast<int64_t>(QueueEntry::kBytes)) >= file_bytes();
}

Status QueueFiles::Write(const std::string& folder, QueueOffset from, ByteView entries) {
  while (!entries.empty()) {
    const QueueOffset first = FirstOf(from);
    const int64_t room = first + entries_per_file_ - from;
    const auto count =
        std::min<int64_t>(room, static_cast<int64_t>(entries.size() / QueueEntry::kBytes));
    const size_t bytes = static_cast<size_t>(count) * QueueEntry::kBytes;
    PINTLE_ASSIGN(auto file, GetOrCreate(folder, first));
    const int64_t at = (from - first) * static_cast<int64_t>(QueueEntry::kBytes);
    const Status written = file->WriteAt(at, entries.first(bytes));
    // One that failed may have changed a part.
    ahead_.Written(folder, first, at, bytes);
    PINTLE_TRY(written);
    entries = entries.subspan(bytes);
    from += count;
  }
  return {};
}

Status QueueFiles::Sync(const std::string& folder, QueueOffset from, QueueOffset to) {
  for (QueueOffset first = FirstOf(from); first < to; first += entries_per_file_) {
    PINTLE_ASSIGN(auto file, Get(folder, first));
    PINTLE_TRY(file->Sync());
  }
  return SyncNames(folder);
}

// From the queue's folder up, as far as there is anything new.
Status QueueFiles::SyncNames(const std::string& folder) {
  const std::string topic = Parent(folder);
  for (const std::string* with_names : {&folder, &topic, &root_}) {
    {
      MutexLock lock(mutex_);
      if (new_names_in_.erase(*with_names) == 0) continue;
    }
    PINTLE_TRY(fs_.SyncDirectory(*with_names));
  }
  return {};
}

Status QueueFiles::SyncAll() {
  std::set<std::string, std::less<>> names;
  {
    MutexLock lock(mutex_);
    names.swap(new_names_in_);
  }
  Status synced = fs_.SyncAll(root_);
  if (!synced) {
    MutexLock lock(mutex_);
    new_names_in_.merge(names);
  }
  return synced;
}

Result<std::vector<QueueOffset>> QueueFiles::ListFiles(const std::string& folder) {
  std::vector<QueueOffset> files;
  auto entries = fs_.List(folder);
  if (!entries && entries.error().code == ErrorCode::kNotFound) return files;
  if (!entries) return std::unexpected(std::move(entries).error());
  for (const DirEntry& entry : *entries) {
    const auto at = ParseOffsetFileName(entry.name);
    if (entry.is_directory || !at) continue;
    if (*at % file_bytes() != 0) {
      return Fail(ErrorCode::kInvalidArgument,
                  "the queue file {}/{} does not start at a multiple of {} bytes: the store was "
                  "written with another mappedFileSizeConsumeQueue; set that one",
                  folder, entry.name, file_bytes());
    }
    files.emplace_back(*at / static_cast<int64_t>(QueueEntry::kBytes));
  }
  std::ranges::sort(files);
  return files;
}

Status QueueFiles::RemoveFile(const std::string& folder, QueueOffset first) {
  {
    MutexLock lock(mutex_);
    open_.Erase(folder, first);
  }
  Status removed = fs_.Remove(PathOf(folder, first));
  ahead_.Forget(folder, first);
  return removed;
}

void QueueFiles::Forget(const std::string& folder) {
  ahead_.ForgetBelow(folder);
  MutexLock lock(mutex_);
  open_.EraseBelow(folder);
  std::erase_if(new_names_in_, [&](const std::string& name) {
    return name == folder || name.starts_with(folder + "/");
  });
}

size_t QueueFiles::open_files() const {
  MutexLock lock(mutex_);
  return open_.size();
}

std::shared_ptr<File> QueueFiles::FindOpen(const std::string& folder, QueueOffset first) {
  MutexLock lock(mutex_);
  const auto* const open = open_.Find(folder, first);
  return open == nullptr ? nullptr : *open;
}

Result<std::shared_ptr<File>> QueueFiles::Get(const std::string& folder, QueueOffset first) {
  if (auto open = FindOpen(folder, first); open != nullptr) return open;
  PINTLE_ASSIGN(auto opened, fs_.Open(PathOf(folder, first), OpenMode::kReadWrite));
  return Insert(folder, first, std::move(opened));
}

Result<std::shared_ptr<File>> QueueFiles::GetOrCreate(const std::string& folder,
                                                      QueueOffset first) {
  auto found = Get(folder, first);
  if (found || found.error().code != ErrorCode::kNotFound) return found;

  PINTLE_TRY(MakeFolders(folder));
  PINTLE_ASSIGN(auto made, fs_.Open(PathOf(folder, first), OpenMode::kCreate));
  PINTLE_TRY(made->Truncate(file_bytes()));
  {
    MutexLock lock(mutex_);
    new_names_in_.insert(folder);
  }
  return Insert(folder, first, std::move(made));
}

// The queue's and its topic's; the root is there.
Status QueueFiles::MakeFolders(const std::string& folder) {
  const std::string topic = Parent(folder);
  for (const std::string* path : {&topic, &folder}) {
    PINTLE_ASSIGN(const bool made, fs_.MakeFolder(*path));
    if (!made) continue;
    MutexLock lock(mutex_);
    new_names_in_.insert(Parent(*path));
  }
  return {};
}

std::shared_ptr<File> QueueFiles::Insert(const std::string& folder, QueueOffset first,
                                         std::shared_ptr<File> file) {
  std::vector<std::shared_ptr<File>> closed;  // after the lock
  MutexLock lock(mutex_);
  std::shared_ptr<File> kept = open_.FindOrInsert(folder, first, std::move(file));
  while (open_.size() > open_max_) closed.push_back(open_.TakeOldest());
  return kept;
}

}  // namespace pintle::store
