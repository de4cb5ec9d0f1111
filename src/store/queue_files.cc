#include "store/queue_files.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/log.h"
#include "store/store_layout.h"

namespace pintle::store {

QueueFiles::QueueFiles(FileSystem& fs, std::string root, int32_t entries_per_file, size_t open_max)
    : fs_(fs), root_(std::move(root)), entries_per_file_(entries_per_file), open_max_(open_max) {}

std::string QueueFiles::Folder(std::string_view topic, int32_t queue_id) const {
  return fmt::format("{}/{}/{}", root_, topic, queue_id);
}

std::string QueueFiles::PathOf(const std::string& folder, QueueOffset first) const {
  return JoinPath(folder, OffsetFileName(first.value() * static_cast<int64_t>(QueueEntry::kBytes)));
}

Result<size_t> QueueFiles::Read(const std::string& folder, QueueOffset from, ByteSpan into) {
  const QueueOffset first = FirstOf(from);
  PINTLE_ASSIGN(auto file, Get(folder, first));
  const auto left = static_cast<size_t>(first + entries_per_file_ - from) * QueueEntry::kBytes;
  PINTLE_ASSIGN(const size_t bytes,
                file->ReadAt((from - first) * static_cast<int64_t>(QueueEntry::kBytes),
                             into.first(std::min(into.size(), left))));
  return bytes / QueueEntry::kBytes;
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
    const Status written = file->WriteAt((from - first) * static_cast<int64_t>(QueueEntry::kBytes),
                                         entries.first(bytes));
    // Closed and opened again meanwhile, it may keep what was there before.
    if (const auto open = FindOpen(folder, first); open != nullptr && open != file) open->Forget();
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
    if (auto found = by_key_.find({folder, first}); found != by_key_.end()) Drop(found->second);
  }
  return fs_.Remove(PathOf(folder, first));
}

void QueueFiles::Forget(const std::string& folder) {
  MutexLock lock(mutex_);
  for (auto it = by_use_.begin(); it != by_use_.end();) {
    const auto file = it++;
    const bool below = file->folder.starts_with(folder) &&
                       (file->folder.size() == folder.size() || file->folder[folder.size()] == '/');
    if (below) Drop(file);
  }
  std::erase_if(new_names_in_, [&](const std::string& name) {
    return name == folder || name.starts_with(folder + "/");
  });
}

void QueueFiles::Drop(std::list<OpenFile>::iterator file) {
  by_key_.erase(file->key());
  by_use_.erase(file);
}

size_t QueueFiles::open_files() const {
  MutexLock lock(mutex_);
  return by_use_.size();
}

std::shared_ptr<EntryFile> QueueFiles::FindOpen(const std::string& folder, QueueOffset first) {
  MutexLock lock(mutex_);
  const auto found = by_key_.find({folder, first});
  if (found == by_key_.end()) return nullptr;
  by_use_.splice(by_use_.begin(), by_use_, found->second);
  return found->second->file;
}

Result<std::shared_ptr<EntryFile>> QueueFiles::Get(const std::string& folder, QueueOffset first) {
  if (auto open = FindOpen(folder, first); open != nullptr) return open;
  PINTLE_ASSIGN(auto opened, fs_.Open(PathOf(folder, first), OpenMode::kReadWrite));
  return Insert(folder, first, std::make_shared<EntryFile>(std::move(opened)));
}

Result<std::shared_ptr<EntryFile>> QueueFiles::GetOrCreate(const std::string& folder,
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
  return Insert(folder, first, std::make_shared<EntryFile>(std::move(made)));
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

std::shared_ptr<EntryFile> QueueFiles::Insert(const std::string& folder, QueueOffset first,
                                              std::shared_ptr<EntryFile> file) {
  std::vector<std::shared_ptr<EntryFile>> closed;  // after the lock
  MutexLock lock(mutex_);
  if (const auto found = by_key_.find({folder, first}); found != by_key_.end())
    return found->second->file;
  by_use_.push_front({folder, first, file});
  by_key_.emplace(by_use_.front().key(), by_use_.begin());
  while (by_use_.size() > open_max_) {
    closed.push_back(std::move(by_use_.back().file));
    Drop(std::prev(by_use_.end()));
  }
  return file;
}

}  // namespace pintle::store
