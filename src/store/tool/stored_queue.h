// The files of one consume queue, as they lie on disk.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/file_system.h"
#include "store/queue_entry.h"

namespace pintle::store {

struct QueueFile {
  std::string path;
  QueueOffset first;  // of its first entry: its name says so
  int64_t bytes = 0;

  int64_t entries() const { return bytes / static_cast<int64_t>(QueueEntry::kBytes); }
};

struct StoredQueue {
  std::string topic;
  int32_t queue_id = 0;
  std::string folder;
  std::vector<QueueFile> files;  // ascending

  // The entries that the files hold: without the blanks at the front and what was never written.
  // Nothing is corrected. Written entries are taken to stand in front of zeros.
  struct Range {
    QueueOffset first;
    QueueOffset end;
  };
  Result<Range> FindRange(FileSystem& fs) const;
};

// Every queue below `folder`, by topic and id. No folder: no queue.
Result<std::vector<StoredQueue>> ListQueues(FileSystem& fs, const std::string& folder);

// The entry number `index` of an open queue file; zeros past its end.
Result<QueueEntry> ReadEntry(File& file, int64_t index);

}  // namespace pintle::store
