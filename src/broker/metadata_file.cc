#include "broker/metadata_file.h"

#include <utility>

#include "base/log.h"

namespace pintle::broker {

MetadataFile::MetadataFile(FileSystem& fs, BoundedExecutor& executor, std::string path,
                           std::function<std::string()> encode)
    : fs_(fs), executor_(executor), path_(std::move(path)), encode_(std::move(encode)) {}

MetadataFile::~MetadataFile() {
  MutexLock lock(mutex_);
  while (writing_) idle_.wait(mutex_);
}

Status MetadataFile::Load(const std::function<Status(std::string_view)>& decode) {
  bool refused = false;
  for (const std::string& path : {path_, path_ + ".bak"}) {
    const auto text = ReadWholeFile(fs_, path);
    if (!text && text.error().code == ErrorCode::kNotFound) continue;
    PINTLE_TRY(text);
    if (text->empty()) continue;
    const Status decoded = decode(*text);
    if (decoded) return {};
    PINTLE_LOG(kError, "broker: {} is not readable: {}", path, decoded.error().message);
    refused = true;
  }
  if (!refused) return {};
  return Fail(ErrorCode::kCorrupt, "{} and its backup are not readable; repair or remove them",
              path_);
}

MetadataFile::Change MetadataFile::Changed() {
  MutexLock lock(mutex_);
  return ++changed_;
}

void MetadataFile::WriteSoon() {
  {
    MutexLock lock(mutex_);
    if (written_ == changed_) return;
    if (writing_) {
      again_ = true;
      return;
    }
    writing_ = true;
  }
  // With a full executor the caller waits for the disk itself: a change is never left unwritten.
  if (!executor_.Submit([this] { (void)Run(); })) (void)Run();
}

Status MetadataFile::WriteNow() {
  {
    MutexLock lock(mutex_);
    while (writing_) idle_.wait(mutex_);
    if (written_ == changed_) return {};
    writing_ = true;
  }
  return Run();
}

MetadataFile::WrittenAwaiter MetadataFile::Written(net::Loop& loop, Change change) {
  return {*this, loop, change};
}

bool MetadataFile::Wait(Waiter waiter) {
  {
    MutexLock lock(mutex_);
    if (waiter.change <= written_) return false;
    waiters_.push_back(waiter);
  }
  WriteSoon();
  return true;
}

Status MetadataFile::Run() {
  Status status;
  for (bool go_on = true; go_on;) {
    Change change;
    {
      MutexLock lock(mutex_);
      change = changed_;
      again_ = false;
    }
    status = Write();
    std::vector<Waiter> ready;
    {
      MutexLock lock(mutex_);
      if (status) written_ = change;
      ready = TakeWaiters(change);
    }
    for (const Waiter& waiter : ready) {
      *waiter.result = status;
      waiter.loop->Post([handle = waiter.handle] { handle.resume(); });
    }
    // Told under the lock and as the last thing: the file may be destroyed from here on.
    MutexLock lock(mutex_);
    go_on = again_ && written_ != changed_;
    if (!go_on) {
      writing_ = false;
      idle_.notify_all();
    }
  }
  return status;
}

Status MetadataFile::Write() {
  const Status status = WriteFileAtomically(fs_, path_, encode_(), /*keep_backup=*/true);
  if (!status) PINTLE_LOG(kError, "broker: {} is not written: {}", path_, status.error().message);
  return status;
}

std::vector<MetadataFile::Waiter> MetadataFile::TakeWaiters(Change change) {
  std::vector<Waiter> ready;
  std::erase_if(waiters_, [&](const Waiter& waiter) {
    if (waiter.change > change) return false;
    ready.push_back(waiter);
    return true;
  });
  return ready;
}

}  // namespace pintle::broker
