// Finds the consume queues on disk and how much of each is there.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/file_system.h"
#include "store/consume_queue.h"
#include "store/queue_files.h"
#include "store/queue_table.h"

namespace pintle::store {

// Threads: one thread, the owner.
class QueueLoader {
 public:
  QueueLoader(FileSystem& fs, QueueFiles& files, QueueTable& table)
      : fs_(fs), files_(files), table_(table) {}

  // Puts every queue that has a folder into the table, with the range of entries that its files
  // hold: from the first that is not blank to the first that was never written. Files of a wrong
  // length get the right one, and a file between others that is missing or not full ends the range.
  Status LoadAll();

 private:
  Status LoadTopic(const std::string& topic);
  Status LoadQueue(ConsumeQueue& queue);
  Status FixLength(const std::string& path);
  Result<QueueEntry> EntryAt(const std::string& folder, QueueOffset at);
  // How many entries at the front of the file that starts at `first` are written, or blank.
  Result<int64_t> CountWritten(const std::string& folder, QueueOffset first);
  Result<int64_t> CountBlanks(const std::string& folder, QueueOffset first);

  FileSystem& fs_;
  QueueFiles& files_;
  QueueTable& table_;
};

}  // namespace pintle::store
