// Files in memory, for tests, simulations, and the question what a power loss leaves.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/entry_journal.h"
#include "base/file_operation.h"
#include "base/file_system.h"
#include "base/memory_disk.h"
#include "base/mutex.h"
#include "base/random.h"

namespace pintle {

struct MemoryFileSystemOptions {
  // Keeps what CrashImage() needs: twice the memory, and a comparison of all mapped memory at each
  // change. Without it, events and CrashImage() are not available.
  bool track_crashes = true;
  // Written and allocated bytes past it are refused with kNoSpace. A hole takes none; stores to
  // mapped holes are not counted.
  int64_t capacity_bytes = int64_t{1} << 40;
  uint64_t seed = 1;  // of what a failed sync loses
};

struct CrashOptions {
  // A page may be a mixture of an older and a newer version, in sectors of 512 bytes.
  bool tear_sectors = true;
  // False: of the changes of names that no SyncDirectory() covers, any may have happened without
  // the others. True: those up to some point have, as ext4, XFS and Btrfs do it.
  bool entries_in_order = false;
};

// Paths are taken from one root; "/a", "a" and "./a" are the same. Mapped regions show the file's
// bytes and are no slower than memory. Files, regions and locks must not outlive it.
//
// Durable, so that a power loss cannot take it, is:
// - a file's bytes and size at its last Sync(), and those pages, with the size, that a mapped
//   region's Sync() covered;
// - a name, once SyncDirectory() of its folder has returned. A file's own Sync() is not enough;
// - a folder made by CreateDirectories();
// - everything once SyncAll() has returned.
// All else is found or not found in pages of 4 KiB: each page as it was when synced or after any
// later change of it, each size likewise. A stamp tells of a power loss that took something.
//
// Threads: any thread. Operations by several threads are not reproduced by a seed.
class MemoryFileSystem final : public FileSystem {
 public:
  explicit MemoryFileSystem(MemoryFileSystemOptions options = {});
  ~MemoryFileSystem() override;

  Result<std::unique_ptr<File>> Open(const std::string& path, OpenMode mode) override;
  Result<bool> Exists(const std::string& path) override;
  Result<std::vector<DirEntry>> List(const std::string& path) override;
  Result<FileStamp> Stamp(const std::string& path) override;
  Status CreateDirectories(const std::string& path) override;
  Result<bool> MakeFolder(const std::string& path) override;
  Status Rename(const std::string& from, const std::string& to) override;
  Status Remove(const std::string& path) override;
  Status RemoveTree(const std::string& path) override;
  Status SyncDirectory(const std::string& path) override;
  Status SyncAll(const std::string& path) override;
  Result<SpaceUsage> Space(const std::string& path) override;
  Result<std::unique_ptr<FileLock>> Lock(const std::string& path) override;

  // What a power loss at this moment may leave, one of many such images: the synced state and a
  // random part of the rest. The same operations and the same random numbers give the same image.
  std::unique_ptr<MemoryFileSystem> CrashImage(Random& random, CrashOptions options = {});
  // What the end of this process at this moment leaves: everything, and all of it durable.
  std::unique_ptr<MemoryFileSystem> KillImage();

  // Called after each change, and for stores to mapped memory before the change that follows them,
  // on the thread that makes it: the moments at which to take a CrashImage(). It must not change
  // files. Null: none.
  void SetObserver(std::function<void(const FileEvent&)> observer);
  // The changes since the last call, oldest first.
  std::vector<FileEvent> TakeEvents();

  // A disk that fills up, or is given space.
  void SetCapacity(int64_t bytes);
  // The next `count` calls of a Sync() or of SyncDirectory() fail with kIo. As Linux does it, what
  // a file's failed sync did not write reads back, is taken for clean, and is lost in a power loss
  // although a later sync succeeds.
  void FailSyncs(int64_t count);
  // Mapped regions answer that nothing of them is in memory.
  void SetCold(bool cold);

 private:
  struct Place;
  using EntriesOf = std::function<const MemoryEntries&(const MemoryNode&)>;
  using ImageOf = std::function<FileImage(const MemoryNode&)>;
  using IsWhole = std::function<bool(const MemoryNode&)>;  // as it was: it keeps its stamp

  Result<Place> Find(const std::string& path, std::string_view call) REQUIRES(disk_->mutex);
  Result<MemoryNodeRef> FindFolder(const std::string& path, std::string_view call)
      REQUIRES(disk_->mutex);
  void CopyTree(const MemoryNode& from, MemoryNode& to, const EntriesOf& entries_of,
                const ImageOf& image_of, const IsWhole& is_whole);
  Status CheckReplace(const Place& from, const Place& to) const;
  void RemoveBelow(const MemoryNodeRef& folder) REQUIRES(disk_->mutex);
  void SyncBelow(const MemoryNode& folder, bool fails) REQUIRES(disk_->mutex);

  const MemoryFileSystemOptions options_;
  const std::unique_ptr<MemoryDisk> disk_;
  const MemoryNodeRef root_;  // all nodes and their entries are guarded by the disk's lock
  EntryJournal journal_ GUARDED_BY(disk_->mutex);
};

}  // namespace pintle
