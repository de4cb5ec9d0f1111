// What the files of the in-memory file system have in common: one lock, one capacity, one record
// of events. Private to it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/file_operation.h"
#include "base/file_system.h"
#include "base/memory_node.h"
#include "base/mutex.h"
#include "base/random.h"

namespace pintle {

// Threads: any thread.
class MemoryDisk {
 public:
  MemoryDisk(bool tracks, int64_t capacity_bytes, uint64_t seed)
      : tracks_(tracks), capacity_bytes_(capacity_bytes), random_(seed) {}

  using Observer = std::function<void(const FileEvent&)>;

  // Around one change. Before it, what other threads and the caller have stored to mapped memory
  // becomes events; after it, the change itself does; the observer sees both. Constructed and
  // destroyed without the lock.
  class Event {
   public:
    Event(MemoryDisk& disk, FileOperation operation, std::string_view path, int64_t offset = 0,
          int64_t length = 0);
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;
    ~Event();

   private:
    MemoryDisk& disk_;
    FileEvent event_;
  };

  bool tracks() const { return tracks_; }
  MemoryNodeRef NewNode(bool is_directory) const;
  // A file whose synced content is `image`.
  MemoryNodeRef RestoreFile(const FileImage& image) const;

  void SetCapacity(int64_t bytes) { capacity_bytes_.store(bytes); }
  SpaceUsage Space() const;
  void SetCold(bool cold) { cold_.store(cold); }
  bool cold() const { return cold_.load(); }
  void FailSyncs(int64_t count);
  void SetObserver(Observer observer);
  std::vector<FileEvent> TakeEvents();

  // The file or folder has changed.
  void Touch(MemoryNode& node) { node.stamp = stamps_.fetch_add(1) + 1; }
  // Gives no stamp that the other disk has given so far.
  void BeginStampsAfter(const MemoryDisk& other) { stamps_.store(other.stamps_.load()); }

  Result<size_t> Read(const MemoryNode& node, int64_t offset, ByteSpan into);
  Status Write(MemoryNode& node, const std::string& path, int64_t offset, ByteView from);
  Status Truncate(MemoryNode& node, const std::string& path, int64_t size);
  Status Allocate(MemoryNode& node, const std::string& path, int64_t size);
  Status Sync(MemoryNode& node, const std::string& path);
  Status SyncMapped(MemoryNode& node, const std::string& path, size_t offset, size_t length);
  Result<MemoryBytes::Pin> Pin(const MemoryNodeRef& node, const std::string& path, size_t length,
                               bool writable);
  void Unpin(const MemoryNodeRef& node, bool writable);
  int64_t SizeOf(const MemoryNode& node);

  Mutex mutex;

  // Notes what has been stored to mapped memory since it was last looked at.
  void CaptureMapped() REQUIRES(mutex);
  // A removed file's space is free at once, although somebody may have it open.
  void Release(MemoryNode& node) REQUIRES(mutex);
  // True when this sync is to fail.
  bool TakeSyncFailure() REQUIRES(mutex);
  // What a sync of this file, or one that fails, leaves durable.
  void SyncFile(MemoryNode& node, bool fails) REQUIRES(mutex);

 private:
  struct Mapped {
    MemoryNodeRef node;
    std::string path;
  };

  Status Grow(MemoryNode& node, int64_t size, int64_t reserved) REQUIRES(mutex);
  void Capture(const Mapped& mapped) REQUIRES(mutex);
  void TellNew() EXCLUDES(mutex);

  const bool tracks_;
  std::atomic<int64_t> capacity_bytes_;
  std::atomic<bool> cold_ = false;
  std::atomic<int64_t> stamps_ = 0;
  const std::shared_ptr<std::atomic<int64_t>> used_bytes_ =
      std::make_shared<std::atomic<int64_t>>(0);

  Random random_ GUARDED_BY(mutex);
  int64_t sync_failures_ GUARDED_BY(mutex) = 0;
  std::vector<Mapped> mapped_ GUARDED_BY(mutex);  // for writing
  std::vector<FileEvent> events_ GUARDED_BY(mutex);
  size_t told_ GUARDED_BY(mutex) = 0;  // events that the observer has seen
  std::shared_ptr<Observer> observer_ GUARDED_BY(mutex);
};

}  // namespace pintle
