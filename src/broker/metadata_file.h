// One file of metadata under <store>/config, written whole in the background. Changes that come
// while a write is under way share the next one.
#pragma once

#include <condition_variable>
#include <coroutine>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bounded_executor.h"
#include "base/error.h"
#include "base/file_system.h"
#include "base/mutex.h"
#include "net/loop.h"

namespace pintle::broker {

// Threads: any thread, but for Load() and destruction by the owner. `encode` runs on a thread of
// the executor (or on a caller's when the executor is full).
class MetadataFile {
 public:
  // How many changes there have been. Each is on disk once Written() of it is.
  using Change = uint64_t;
  class WrittenAwaiter;

  MetadataFile(FileSystem& fs, BoundedExecutor& executor, std::string path,
               std::function<std::string()> encode);
  // Waits for a write that is under way; what changed since is not written.
  ~MetadataFile();
  MetadataFile(const MetadataFile&) = delete;
  MetadataFile& operator=(const MetadataFile&) = delete;

  // Gives the text of the file to `decode`; that of the backup when the file is missing, empty or
  // refused by `decode`. Not an error when neither exists: `decode` is not called then.
  // kCorrupt when there is text and none of it is accepted: starting on without it would make
  // everything that it names disappear.
  Status Load(const std::function<Status(std::string_view)>& decode);

  // The content has changed; it will differ from the disk until written.
  Change Changed();
  // Starts writing if anything changed since the last write.
  void WriteSoon();
  // Writes now, on this thread, if anything changed. For shutdown.
  Status WriteNow();

  // co_await file.Written(loop, change): resumes on `loop`, where it was awaited, once that change
  // is durable, or with the error of the write that should have made it so.
  WrittenAwaiter Written(net::Loop& loop, Change change);

 private:
  friend class WrittenAwaiter;

  struct Waiter {
    Change change = 0;
    net::Loop* loop = nullptr;
    std::coroutine_handle<> handle;
    Status* result = nullptr;
  };

  // False when the change is durable already.
  bool Wait(Waiter waiter);
  // Writes until nothing more was asked for; the status of the last write.
  Status Run();
  Status Write();
  std::vector<Waiter> TakeWaiters(Change change) REQUIRES(mutex_);

  FileSystem& fs_;
  BoundedExecutor& executor_;
  const std::string path_;
  const std::function<std::string()> encode_;

  Mutex mutex_;
  std::condition_variable_any idle_;
  Change changed_ GUARDED_BY(mutex_) = 0;
  Change written_ GUARDED_BY(mutex_) = 0;
  bool writing_ GUARDED_BY(mutex_) = false;
  bool again_ GUARDED_BY(mutex_) = false;  // asked for while a write was under way
  std::vector<Waiter> waiters_ GUARDED_BY(mutex_);
};

class [[nodiscard]] MetadataFile::WrittenAwaiter {
 public:
  WrittenAwaiter(MetadataFile& file, net::Loop& loop, Change change)
      : file_(file), loop_(loop), change_(change) {}

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> handle) {
    return file_.Wait({change_, &loop_, handle, &result_});
  }
  Status await_resume() { return std::move(result_); }

 private:
  MetadataFile& file_;
  net::Loop& loop_;
  const Change change_;
  Status result_;
};

}  // namespace pintle::broker
