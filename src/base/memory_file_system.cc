#include "base/memory_file_system.h"

#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/check.h"
#include "base/memory_file.h"

namespace pintle {
namespace {

std::vector<std::string> NamesOf(std::string_view path) {
  std::vector<std::string> names;
  while (!path.empty()) {
    const size_t slash = std::min(path.find('/'), path.size());
    const std::string_view name = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    if (name.empty() || name == ".") continue;
    if (name != "..") {
      names.emplace_back(name);
    } else if (!names.empty()) {
      names.pop_back();
    }
  }
  return names;
}

class MemoryFileLock final : public FileLock {
 public:
  MemoryFileLock(MemoryDisk& disk, MemoryNodeRef node) : disk_(disk), node_(std::move(node)) {}
  MemoryFileLock(const MemoryFileLock&) = delete;
  MemoryFileLock& operator=(const MemoryFileLock&) = delete;
  ~MemoryFileLock() override {
    MutexLock lock(disk_.mutex);
    node_->locked = false;
  }

 private:
  MemoryDisk& disk_;
  const MemoryNodeRef node_;
};

// Nodes can hold each other in a ring: a folder moved into another that was, durably, in the first.
void Dissolve(MemoryNode& node) {
  const MemoryEntries now = std::exchange(node.entries, {});
  const MemoryEntries durable = std::exchange(node.durable_entries, {});
  for (const auto& [name, child] : now) Dissolve(*child);
  for (const auto& [name, child] : durable) Dissolve(*child);
}

bool IsBelow(const MemoryNode& outer, const MemoryNode& inner) {
  if (&outer == &inner) return true;
  for (const auto& [name, child] : outer.entries) {
    if (child->is_directory && IsBelow(*child, inner)) return true;
  }
  return false;
}

}  // namespace

// Where a path leads. The root has no folder and no name.
struct MemoryFileSystem::Place {
  MemoryNodeRef folder;
  std::string name;
  MemoryNodeRef node;  // null when there is nothing of that name
};

MemoryFileSystem::MemoryFileSystem(MemoryFileSystemOptions options)
    : options_(options),
      disk_(std::make_unique<MemoryDisk>(options.track_crashes, options.capacity_bytes,
                                         options.seed)),
      root_(disk_->NewNode(true)),
      journal_(options.track_crashes) {}

MemoryFileSystem::~MemoryFileSystem() { Dissolve(*root_); }

Result<MemoryFileSystem::Place> MemoryFileSystem::Find(const std::string& path,
                                                       std::string_view call) {
  Place place{nullptr, {}, root_};
  for (std::string& name : NamesOf(path)) {
    if (place.node == nullptr) return FailErrno(call, ENOENT);
    if (!place.node->is_directory) return FailErrno(call, ENOTDIR);
    place.folder = std::move(place.node);
    const auto it = place.folder->entries.find(name);
    place.node = it == place.folder->entries.end() ? nullptr : it->second;
    place.name = std::move(name);
  }
  return place;
}

Result<MemoryNodeRef> MemoryFileSystem::FindFolder(const std::string& path, std::string_view call) {
  PINTLE_ASSIGN(Place place, Find(path, call));
  if (place.node == nullptr) return FailErrno(call, ENOENT);
  if (!place.node->is_directory) return FailErrno(call, ENOTDIR);
  return std::move(place.node);
}

Result<std::unique_ptr<File>> MemoryFileSystem::Open(const std::string& path, OpenMode mode) {
  const bool may_create = mode != OpenMode::kRead && mode != OpenMode::kReadWrite;
  MemoryNodeRef node;
  {
    MutexLock lock(disk_->mutex);
    PINTLE_ASSIGN(const Place place, Find(path, "open"));
    node = place.node;
    if (node == nullptr && !may_create) return FailErrno("open", ENOENT);
    if (node != nullptr && mode == OpenMode::kCreateNew) return FailErrno("open", EEXIST);
    if (node != nullptr && node->is_directory) return FailErrno("open", EISDIR);
  }
  if (node == nullptr) {
    const MemoryDisk::Event event(*disk_, FileOperation::kCreate, path);
    MutexLock lock(disk_->mutex);
    PINTLE_ASSIGN(const Place place, Find(path, "open"));
    node = place.node == nullptr ? disk_->NewNode(false) : place.node;
    if (place.node == nullptr) {
      place.folder->entries[place.name] = node;
      disk_->Touch(*place.folder);
      journal_.Link(place.folder, place.name, node);
    }
  }
  auto file = OpenMemoryFile(*disk_, node, path, mode != OpenMode::kRead);
  if (mode == OpenMode::kTruncate && disk_->SizeOf(*node) > 0) PINTLE_TRY(file->Truncate(0));
  return file;
}

Result<bool> MemoryFileSystem::Exists(const std::string& path) {
  MutexLock lock(disk_->mutex);
  auto place = Find(path, "stat");
  return place.has_value() && place->node != nullptr;
}

Result<std::vector<DirEntry>> MemoryFileSystem::List(const std::string& path) {
  MutexLock lock(disk_->mutex);
  PINTLE_ASSIGN(const MemoryNodeRef folder, FindFolder(path, "opendir"));
  std::vector<DirEntry> entries;
  for (const auto& [name, node] : folder->entries) entries.push_back({name, node->is_directory});
  return entries;
}

Result<FileStamp> MemoryFileSystem::Stamp(const std::string& path) {
  MutexLock lock(disk_->mutex);
  PINTLE_ASSIGN(const Place place, Find(path, "stat"));
  if (place.node == nullptr) return FailErrno("stat", ENOENT);
  disk_->CaptureMapped();
  return FileStamp{place.node->size, place.node->stamp, 0};
}

Status MemoryFileSystem::CreateDirectories(const std::string& path) {
  const MemoryDisk::Event event(*disk_, FileOperation::kCreateDirectories, path);
  MutexLock lock(disk_->mutex);
  MemoryNodeRef folder = root_;
  for (const std::string& name : NamesOf(path)) {
    MemoryNodeRef& node = folder->entries[name];
    if (node == nullptr) {
      node = disk_->NewNode(true);
      disk_->Touch(*folder);
      journal_.Link(folder, name, node);
      journal_.Sync(*folder);
    }
    if (!node->is_directory) return FailErrno("mkdir", EEXIST);
    folder = node;
  }
  return {};
}

Result<bool> MemoryFileSystem::MakeFolder(const std::string& path) {
  const MemoryDisk::Event event(*disk_, FileOperation::kCreateDirectories, path);
  MutexLock lock(disk_->mutex);
  PINTLE_ASSIGN(const Place place, Find(path, "mkdir"));
  if (place.node != nullptr && !place.node->is_directory) return FailErrno("mkdir", EEXIST);
  if (place.node != nullptr) return false;
  MemoryNodeRef node = disk_->NewNode(true);
  place.folder->entries[place.name] = node;
  disk_->Touch(*place.folder);
  journal_.Link(place.folder, place.name, std::move(node));
  return true;
}

Status MemoryFileSystem::CheckReplace(const Place& from, const Place& to) const {
  if (from.node == nullptr) return FailErrno("rename", ENOENT);
  if (from.folder == nullptr || to.folder == nullptr) return FailErrno("rename", EBUSY);
  if (from.node->is_directory && IsBelow(*from.node, *to.folder))
    return FailErrno("rename", EINVAL);
  if (to.node == nullptr) return {};
  if (from.node->is_directory && !to.node->is_directory) return FailErrno("rename", ENOTDIR);
  if (!from.node->is_directory && to.node->is_directory) return FailErrno("rename", EISDIR);
  if (!to.node->entries.empty()) return FailErrno("rename", ENOTEMPTY);
  return {};
}

Status MemoryFileSystem::Rename(const std::string& from, const std::string& to) {
  const MemoryDisk::Event event(*disk_, FileOperation::kRename, to);
  MutexLock lock(disk_->mutex);
  PINTLE_ASSIGN(const Place source, Find(from, "rename"));
  PINTLE_ASSIGN(const Place target, Find(to, "rename"));
  if (source.node != nullptr && source.node == target.node) return {};
  PINTLE_TRY(CheckReplace(source, target));
  if (target.node != nullptr) disk_->Release(*target.node);
  source.folder->entries.erase(source.name);
  target.folder->entries[target.name] = source.node;
  disk_->Touch(*source.folder);
  disk_->Touch(*target.folder);
  journal_.Rename(source.folder, source.name, target.folder, target.name, source.node);
  return {};
}

Status MemoryFileSystem::Remove(const std::string& path) {
  const MemoryDisk::Event event(*disk_, FileOperation::kRemove, path);
  MutexLock lock(disk_->mutex);
  PINTLE_ASSIGN(const Place place, Find(path, "remove"));
  if (place.node == nullptr) return FailErrno("remove", ENOENT);
  if (place.folder == nullptr) return FailErrno("remove", EBUSY);
  if (!place.node->entries.empty()) return FailErrno("remove", ENOTEMPTY);
  disk_->Release(*place.node);
  place.folder->entries.erase(place.name);
  disk_->Touch(*place.folder);
  journal_.Unlink(place.folder, place.name, place.node);
  return {};
}

void MemoryFileSystem::RemoveBelow(const MemoryNodeRef& folder) {
  for (const auto& [name, node] : std::exchange(folder->entries, {})) {
    if (node->is_directory) RemoveBelow(node);
    disk_->Release(*node);
    journal_.Unlink(folder, name, node);
  }
}

Status MemoryFileSystem::RemoveTree(const std::string& path) {
  const MemoryDisk::Event event(*disk_, FileOperation::kRemoveTree, path);
  MutexLock lock(disk_->mutex);
  auto place = Find(path, "remove");
  if (!place && place.error().code == ErrorCode::kNotFound) return {};
  if (!place) return std::unexpected(std::move(place).error());
  if (place->node == nullptr) return {};
  if (place->folder == nullptr) return FailErrno("remove", EBUSY);
  if (place->node->is_directory) RemoveBelow(place->node);
  disk_->Release(*place->node);
  place->folder->entries.erase(place->name);
  disk_->Touch(*place->folder);
  journal_.Unlink(place->folder, place->name, place->node);
  return {};
}

Status MemoryFileSystem::SyncDirectory(const std::string& path) {
  const MemoryDisk::Event event(*disk_, FileOperation::kSyncDirectory, path);
  MutexLock lock(disk_->mutex);
  PINTLE_ASSIGN(const MemoryNodeRef folder, FindFolder(path, "open"));
  if (disk_->TakeSyncFailure()) return FailErrno("fsync", EIO);
  journal_.Sync(*folder);
  return {};
}

void MemoryFileSystem::SyncBelow(const MemoryNode& folder, bool fails) {
  for (const auto& [name, node] : folder.entries) {
    if (node->is_directory) {
      SyncBelow(*node, fails);
    } else {
      disk_->SyncFile(*node, fails);
    }
  }
}

Status MemoryFileSystem::SyncAll(const std::string& path) {
  const MemoryDisk::Event event(*disk_, FileOperation::kSyncAll, path);
  MutexLock lock(disk_->mutex);
  PINTLE_TRY(FindFolder(path, "open"));
  disk_->CaptureMapped();
  const bool fails = disk_->TakeSyncFailure();
  SyncBelow(*root_, fails);
  if (fails) return FailErrno("syncfs", EIO);
  journal_.SyncAll();
  return {};
}

Result<SpaceUsage> MemoryFileSystem::Space(const std::string& path) {
  MutexLock lock(disk_->mutex);
  PINTLE_ASSIGN(const Place place, Find(path, "statvfs"));
  if (place.node == nullptr) return FailErrno("statvfs", ENOENT);
  return disk_->Space();
}

Result<std::unique_ptr<FileLock>> MemoryFileSystem::Lock(const std::string& path) {
  PINTLE_TRY(Open(path, OpenMode::kCreate));
  MutexLock lock(disk_->mutex);
  PINTLE_ASSIGN(const Place place, Find(path, "open"));
  if (place.node == nullptr) return FailErrno("open", ENOENT);
  if (place.node->locked) return Fail(ErrorCode::kBusy, "locked by process {}", ::getpid());
  place.node->locked = true;
  return std::make_unique<MemoryFileLock>(*disk_, place.node);
}

void MemoryFileSystem::SetObserver(std::function<void(const FileEvent&)> observer) {
  disk_->SetObserver(std::move(observer));
}

std::vector<FileEvent> MemoryFileSystem::TakeEvents() { return disk_->TakeEvents(); }
void MemoryFileSystem::SetCapacity(int64_t bytes) { disk_->SetCapacity(bytes); }
void MemoryFileSystem::FailSyncs(int64_t count) { disk_->FailSyncs(count); }
void MemoryFileSystem::SetCold(bool cold) { disk_->SetCold(cold); }

void MemoryFileSystem::CopyTree(const MemoryNode& from, MemoryNode& to, const EntriesOf& entries_of,
                                const ImageOf& image_of, const IsWhole& is_whole) {
  for (const auto& [name, node] : entries_of(from)) {
    MemoryNodeRef copy =
        node->is_directory ? disk_->NewNode(true) : disk_->RestoreFile(image_of(*node));
    if (node->is_directory) CopyTree(*node, *copy, entries_of, image_of, is_whole);
    copy->stamp = node->stamp;
    if (!is_whole(*node)) disk_->Touch(*copy);
    to.entries[name] = copy;
    to.durable_entries[name] = std::move(copy);
  }
}

std::unique_ptr<MemoryFileSystem> MemoryFileSystem::CrashImage(Random& random,
                                                               CrashOptions options) {
  PINTLE_CHECK(options_.track_crashes, "made without track_crashes");
  CrashChances chances{.keep = random.Unit(), .tears = options.tear_sectors};
  // The two ends are the likeliest in life: nothing had been written yet, or everything.
  if (random.OneIn(8)) chances.keep = 0;
  if (random.OneIn(8)) chances.keep = 1;
  auto image = std::make_unique<MemoryFileSystem>(options_);
  image->disk_->BeginStampsAfter(*disk_);
  MutexLock lock(disk_->mutex);
  disk_->CaptureMapped();
  const EntryJournal::Outcome names =
      journal_.Crash(random, chances.keep, options.entries_in_order);
  image->CopyTree(
      *root_, *image->root_,
      [&names](const MemoryNode& node) -> const MemoryEntries& {
        const auto it = names.find(&node);
        return it == names.end() ? node.durable_entries : it->second;
      },
      [&](const MemoryNode& node) { return node.history->Crash(random, chances); },
      [&names](const MemoryNode& node) {
        if (!node.is_directory) return node.history->all_durable();
        const auto it = names.find(&node);
        return node.entries == (it == names.end() ? node.durable_entries : it->second);
      });
  return image;
}

std::unique_ptr<MemoryFileSystem> MemoryFileSystem::KillImage() {
  auto image = std::make_unique<MemoryFileSystem>(options_);
  image->disk_->BeginStampsAfter(*disk_);
  MutexLock lock(disk_->mutex);
  image->CopyTree(
      *root_, *image->root_,
      [](const MemoryNode& node) -> const MemoryEntries& { return node.entries; },
      [](const MemoryNode& node) { return PageHistory::ImageOf(node.bytes.data(), node.size); },
      [](const MemoryNode&) { return true; });
  return image;
}

}  // namespace pintle
