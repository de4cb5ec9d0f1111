#include "base/fault_file_system.h"

#include <chrono>
#include <thread>
#include <utility>

namespace pintle {

class FaultMappedRegion final : public MappedRegion {
 public:
  FaultMappedRegion(FaultFileSystem& fs, std::string path, std::unique_ptr<MappedRegion> below)
      : MappedRegion(below->bytes()), fs_(fs), path_(std::move(path)), below_(std::move(below)) {}

  Status Sync(size_t offset, size_t length) override {
    PINTLE_TRY(fs_.Enter(FileOperation::kMappedSync, path_));
    return below_->Sync(offset, length);
  }
  void PreTouch(size_t offset, size_t length) override { below_->PreTouch(offset, length); }
  size_t ResidentBytes(size_t offset, size_t length) const override {
    return below_->ResidentBytes(offset, length);
  }

 private:
  FaultFileSystem& fs_;
  const std::string path_;
  const std::unique_ptr<MappedRegion> below_;
};

class FaultFile final : public File {
 public:
  FaultFile(FaultFileSystem& fs, std::string path, std::unique_ptr<File> below)
      : fs_(fs), path_(std::move(path)), below_(std::move(below)) {}

  Result<size_t> ReadAt(int64_t offset, ByteSpan into) override {
    PINTLE_TRY(fs_.Enter(FileOperation::kRead, path_));
    return below_->ReadAt(offset, into);
  }
  Status WriteAt(int64_t offset, ByteView from) override {
    bool half_written = false;
    Status status = fs_.Enter(FileOperation::kWrite, path_, &half_written);
    if (!status && half_written) PINTLE_TRY(below_->WriteAt(offset, from.first(from.size() / 2)));
    PINTLE_TRY(status);
    return below_->WriteAt(offset, from);
  }
  Result<int64_t> Size() const override {
    PINTLE_TRY(fs_.Enter(FileOperation::kSize, path_));
    return below_->Size();
  }
  int64_t NextData(int64_t offset) const override { return below_->NextData(offset); }
  int64_t NextHole(int64_t offset) const override { return below_->NextHole(offset); }
  Status Truncate(int64_t size) override {
    PINTLE_TRY(fs_.Enter(FileOperation::kTruncate, path_));
    return below_->Truncate(size);
  }
  Status Allocate(int64_t size) override {
    PINTLE_TRY(fs_.Enter(FileOperation::kAllocate, path_));
    return below_->Allocate(size);
  }
  Status Sync() override {
    PINTLE_TRY(fs_.Enter(FileOperation::kSync, path_));
    return below_->Sync();
  }
  Result<std::unique_ptr<MappedRegion>> Map(size_t length, MapAccess access) override {
    PINTLE_TRY(fs_.Enter(FileOperation::kMap, path_));
    PINTLE_ASSIGN(auto region, below_->Map(length, access));
    return std::make_unique<FaultMappedRegion>(fs_, path_, std::move(region));
  }

 private:
  FaultFileSystem& fs_;
  const std::string path_;
  const std::unique_ptr<File> below_;
};

FaultFileSystem::~FaultFileSystem() { Unblock(); }

void FaultFileSystem::Fail(FileFault fault) {
  MutexLock lock(mutex_);
  faults_.push_back(std::move(fault));
}

void FaultFileSystem::Delay(FileOperationSet operations, int64_t delay_us) {
  MutexLock lock(mutex_);
  delayed_ = operations;
  delay_us_ = delay_us;
}

void FaultFileSystem::Block(FileOperationSet operations) {
  MutexLock lock(mutex_);
  blocked_ = operations;
}

void FaultFileSystem::Unblock() {
  {
    MutexLock lock(mutex_);
    blocked_ = {};
  }
  changed_.notify_all();
}

void FaultFileSystem::WaitForBlocked(int64_t count) {
  MutexLock lock(mutex_);
  while (waiting_ < count) changed_.wait(mutex_);
}

void FaultFileSystem::Heal() {
  MutexLock lock(mutex_);
  faults_.clear();
  delayed_ = {};
}

int64_t FaultFileSystem::operations() const {
  MutexLock lock(mutex_);
  return operations_;
}

int64_t FaultFileSystem::failures() const {
  MutexLock lock(mutex_);
  return failures_;
}

Status FaultFileSystem::Enter(FileOperation operation, const std::string& path,
                              bool* half_written) {
  int64_t delay_us = 0;
  {
    MutexLock lock(mutex_);
    if (delayed_.contains(operation)) delay_us = delay_us_;
  }
  if (delay_us > 0) std::this_thread::sleep_for(std::chrono::microseconds(delay_us));
  MutexLock lock(mutex_);
  ++operations_;
  if (blocked_.contains(operation)) {
    ++waiting_;
    changed_.notify_all();
    while (blocked_.contains(operation)) changed_.wait(mutex_);
    --waiting_;
  }
  return Decide(operation, path, half_written);
}

Status FaultFileSystem::Decide(FileOperation operation, const std::string& path,
                               bool* half_written) {
  for (FileFault& fault : faults_) {
    if (!fault.operations.contains(operation) || fault.count == 0) continue;
    if (path.find(fault.path_part) == std::string::npos) continue;
    if (fault.after > 0) {
      --fault.after;
      continue;
    }
    if (fault.count != FileFault::kForever) --fault.count;
    ++failures_;
    if (half_written != nullptr) *half_written = fault.half_written;
    return pintle::Fail(fault.code, "{}: made to fail", FileOperationName(operation));
  }
  return {};
}

Result<std::unique_ptr<File>> FaultFileSystem::Open(const std::string& path, OpenMode mode) {
  const bool exists = mode == OpenMode::kRead || mode == OpenMode::kReadWrite;
  PINTLE_TRY(Enter(exists ? FileOperation::kOpen : FileOperation::kCreate, path));
  PINTLE_ASSIGN(auto file, below_.Open(path, mode));
  return std::make_unique<FaultFile>(*this, path, std::move(file));
}

Result<bool> FaultFileSystem::Exists(const std::string& path) {
  PINTLE_TRY(Enter(FileOperation::kExists, path));
  return below_.Exists(path);
}

Result<std::vector<DirEntry>> FaultFileSystem::List(const std::string& path) {
  PINTLE_TRY(Enter(FileOperation::kList, path));
  return below_.List(path);
}

Status FaultFileSystem::CreateDirectories(const std::string& path) {
  PINTLE_TRY(Enter(FileOperation::kCreateDirectories, path));
  return below_.CreateDirectories(path);
}

Result<FileStamp> FaultFileSystem::Stamp(const std::string& path) {
  PINTLE_TRY(Enter(FileOperation::kStamp, path));
  return below_.Stamp(path);
}

Result<bool> FaultFileSystem::MakeFolder(const std::string& path) {
  PINTLE_TRY(Enter(FileOperation::kCreateDirectories, path));
  return below_.MakeFolder(path);
}

Status FaultFileSystem::SyncAll(const std::string& path) {
  PINTLE_TRY(Enter(FileOperation::kSyncAll, path));
  return below_.SyncAll(path);
}

Status FaultFileSystem::Rename(const std::string& from, const std::string& to) {
  PINTLE_TRY(Enter(FileOperation::kRename, to));
  return below_.Rename(from, to);
}

Status FaultFileSystem::Remove(const std::string& path) {
  PINTLE_TRY(Enter(FileOperation::kRemove, path));
  return below_.Remove(path);
}

Status FaultFileSystem::RemoveTree(const std::string& path) {
  PINTLE_TRY(Enter(FileOperation::kRemoveTree, path));
  return below_.RemoveTree(path);
}

Status FaultFileSystem::SyncDirectory(const std::string& path) {
  PINTLE_TRY(Enter(FileOperation::kSyncDirectory, path));
  return below_.SyncDirectory(path);
}

Result<SpaceUsage> FaultFileSystem::Space(const std::string& path) {
  PINTLE_TRY(Enter(FileOperation::kSpace, path));
  return below_.Space(path);
}

Result<std::unique_ptr<FileLock>> FaultFileSystem::Lock(const std::string& path) {
  PINTLE_TRY(Enter(FileOperation::kLock, path));
  return below_.Lock(path);
}

}  // namespace pintle
