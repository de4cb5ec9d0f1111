// Files that fail, wait or hang when told to, over those of another file system.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "base/file_operation.h"
#include "base/file_system.h"
#include "base/mutex.h"

namespace pintle {

class FileOperationSet {
 public:
  constexpr FileOperationSet(std::initializer_list<FileOperation> operations) {
    for (const FileOperation operation : operations) bits_ |= Bit(operation);
  }
  static constexpr FileOperationSet All() {
    FileOperationSet all({});
    all.bits_ = ~uint64_t{0};
    return all;
  }

  constexpr bool contains(FileOperation operation) const { return (bits_ & Bit(operation)) != 0; }

 private:
  static constexpr uint64_t Bit(FileOperation operation) {
    return uint64_t{1} << static_cast<int>(operation);
  }

  uint64_t bits_ = 0;
};

struct FileFault {
  static constexpr int64_t kForever = std::numeric_limits<int64_t>::max();

  FileOperationSet operations = FileOperationSet::All();
  std::string path_part = {};  // only paths that contain it
  ErrorCode code = ErrorCode::kIo;
  int64_t after = 0;          // so many matching operations succeed first
  int64_t count = 1;          // so many then fail
  bool half_written = false;  // a write that fails has written its first half
};

// Stores to mapped memory and PreTouch() pass by unseen. A Sync() that fails here has not reached
// the files below, which stay as unsynced as they were; MemoryFileSystem::FailSyncs() also loses
// what was being synced. Files and regions must not outlive it, nor it the file system below.
//
// Threads: any thread.
class FaultFileSystem final : public FileSystem {
 public:
  explicit FaultFileSystem(FileSystem& below) : below_(below) {}
  // Lets every blocked operation go on.
  ~FaultFileSystem() override;

  // Faults are asked in the order given; each counts the operations that reach it.
  void Fail(FileFault fault);
  // Every such operation takes so much longer: a slow disk.
  void Delay(FileOperationSet operations, int64_t delay_us);
  // Every such operation waits for Unblock(): a hung disk.
  void Block(FileOperationSet operations);
  void Unblock();
  // Returns once so many operations are waiting.
  void WaitForBlocked(int64_t count);
  // No faults, no delay. Blocked operations stay so.
  void Heal();

  // All that were asked for so far, and how many of them failed here.
  int64_t operations() const;
  int64_t failures() const;

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

 private:
  friend class FaultFile;
  friend class FaultMappedRegion;

  // Waits as told; the error when the operation is to fail. `half_written` may be null.
  Status Enter(FileOperation operation, const std::string& path, bool* half_written = nullptr);
  Status Decide(FileOperation operation, const std::string& path, bool* half_written)
      REQUIRES(mutex_);

  FileSystem& below_;

  mutable Mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<FileFault> faults_ GUARDED_BY(mutex_);
  FileOperationSet delayed_ GUARDED_BY(mutex_) = {};
  int64_t delay_us_ GUARDED_BY(mutex_) = 0;
  FileOperationSet blocked_ GUARDED_BY(mutex_) = {};
  int64_t waiting_ GUARDED_BY(mutex_) = 0;
  int64_t operations_ GUARDED_BY(mutex_) = 0;
  int64_t failures_ GUARDED_BY(mutex_) = 0;
};

}  // namespace pintle
