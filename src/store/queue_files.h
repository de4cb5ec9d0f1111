// The files of all consume queues: names, sizes, and a bounded number of open descriptors.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/file_system.h"
#include "base/mutex.h"
#include "store/by_file.h"
#include "store/queue_entry.h"
#include "store/read_ahead.h"

namespace pintle::store {

// A queue's file holds `entries_per_file` entries, has its full length from the start and is
// sparse. Files are opened when needed and closed again in the order of their last use, so that ten
// thousand queues take no more descriptors than a few hundred.
//
// Threads: any thread; writes to one queue from one thread at a time.
class QueueFiles {
 public:
  QueueFiles(FileSystem& fs, std::string root, int32_t entries_per_file, size_t open_max);

  int32_t entries_per_file() const { return entries_per_file_; }
  int64_t file_bytes() const {
    return int64_t{entries_per_file_} * static_cast<int64_t>(QueueEntry::kBytes);
  }
  // "<root>/<topic>/<queue id>"
  std::string Folder(std::string_view topic, int32_t queue_id) const;
  std::string TopicFolder(std::string_view topic) const { return JoinPath(root_, topic); }
  const std::string& root() const { return root_; }

  // Entries from `from` on, encoded, up to the end of `from`'s file; fewer when the file is short.
  // kNotFound: that file does not exist.
  Result<size_t> Read(const std::string& folder, QueueOffset from, ByteSpan into) EXCLUDES(mutex_);
  // True: the file holds nothing at that entry nor behind it. What the file system does not tell is
  // false. Unlike a read it takes no memory for what was never written.
  Result<bool> IsEmptyFrom(const std::string& folder, QueueOffset from) EXCLUDES(mutex_);
  // Writes encoded entries at `from`, into as many files as it takes; missing ones are made.
  Status Write(const std::string& folder, QueueOffset from, ByteView entries) EXCLUDES(mutex_);
  // Makes the files that hold [from, to) durable, and the names that lead to them.
  Status Sync(const std::string& folder, QueueOffset from, QueueOffset to) EXCLUDES(mutex_);
  // All of all queues, at once. kUnsupported: as FileSystem::SyncAll().
  Status SyncAll() EXCLUDES(mutex_);

  // Held by who writes files of a queue, from the look whether it is deleted to the end, and by who
  // deletes a topic: a folder does not go from under a file, nor a new topic's with an old one's.
  Mutex& folders() { return folders_; }

  // First offsets of the files of a queue, ascending. Empty without a folder.
  Result<std::vector<QueueOffset>> ListFiles(const std::string& folder);
  Result<FileStamp> Stamp(const std::string& folder, QueueOffset first) {
    return fs_.Stamp(PathOf(folder, first));
  }
  Status RemoveFile(const std::string& folder, QueueOffset first) EXCLUDES(mutex_);
  // Closes what is open below the folder; for its removal.
  void Forget(const std::string& folder) EXCLUDES(mutex_);

  QueueOffset FirstOf(QueueOffset offset) const {
    return offset - offset.value() % entries_per_file_;
  }
  size_t open_files() const EXCLUDES(mutex_);

 private:
  std::string PathOf(const std::string& folder, QueueOffset first) const;
  Result<std::shared_ptr<File>> Get(const std::string& folder, QueueOffset first) EXCLUDES(mutex_);
  Result<std::shared_ptr<File>> GetOrCreate(const std::string& folder, QueueOffset first)
      EXCLUDES(mutex_);
  Status MakeFolders(const std::string& folder) EXCLUDES(mutex_);
  Status SyncNames(const std::string& folder) EXCLUDES(mutex_);
  static std::string Parent(const std::string& folder) {
    return folder.substr(0, folder.rfind('/'));
  }
  // The file that is in the table afterwards: one that another thread has opened meanwhile stays.
  std::shared_ptr<File> Insert(const std::string& folder, QueueOffset first,
                               std::shared_ptr<File> file) EXCLUDES(mutex_);
  // Null when it is not open.
  std::shared_ptr<File> FindOpen(const std::string& folder, QueueOffset first) EXCLUDES(mutex_);

  FileSystem& fs_;  // const after construction
  const std::string root_;
  const int32_t entries_per_file_;
  const size_t open_max_;

  ReadAhead ahead_;

  Mutex folders_;  // before mutex_
  mutable Mutex mutex_;
  ByFile<std::shared_ptr<File>> open_ GUARDED_BY(mutex_);
  // Folders with new names in them. They are made durable with what the files hold, not one by one:
  // ten thousand queues would wait for the disk thirty thousand times.
  std::set<std::string, std::less<>> new_names_in_ GUARDED_BY(mutex_);
};

}  // namespace pintle::store
