// Finds the consume queues on disk and how much of each is there.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/file_system.h"
#include "store/consume_queue.h"
#include "store/queue_files.h"
#include "store/queue_stamps.h"
#include "store/queue_table.h"
#include "store/recovery_point.h"

namespace pintle::store {

// Threads: one thread, the owner.
class QueueLoader {
 public:
  // What is known from the last stop, if anything; it must outlive this. Nothing of it is believed
  // unseen.
  struct Known {
    const QueueStamps* stamps = nullptr;   // after a clean stop
    const RecoveryPoint* point = nullptr;  // where to look for the ends of queues
  };
  QueueLoader(FileSystem& fs, QueueFiles& files, QueueTable& table, Known known);

  // Puts every queue that has a folder into the table, with the range of entries that its files
  // hold: from the first that is not blank to the first that was never written. Files of a wrong
  // length get the right one, and a file between others that is missing or not full ends the range.
  //
  // A queue none of whose files was touched since the stop has the range that it had then.
  Status LoadAll();

  // Those queues.
  std::unordered_set<const ConsumeQueue*> TakeUntouched() { return std::move(untouched_); }

 private:
  Result<std::vector<std::string>> Topics();
  Result<std::vector<int32_t>> QueueIds(const std::string& topic, const QueueStamps::Topic* stamps);
  Status LoadTopic(const std::string& topic);
  Status LoadQueue(ConsumeQueue& queue);
  bool IsUntouched(const ConsumeQueue& queue, const QueueStamps::Queue& stamps);
  bool IsAsStamped(const std::string& folder, const FileStamp& stamp);
  Status FixLength(const std::string& path);
  Result<QueueEntry> EntryAt(const std::string& folder, QueueOffset at);
  // How many entries at the front of the file that starts at `first` are written, `guess` perhaps;
  // or blank.
  Result<int64_t> CountWritten(const std::string& folder, QueueOffset first, int64_t guess);
  Result<int64_t> CountBlanks(const std::string& folder, QueueOffset first);

  FileSystem& fs_;
  QueueFiles& files_;
  QueueTable& table_;
  const QueueStamps* const stamps_;
  std::map<std::pair<std::string_view, int32_t>, QueueOffset> ends_;  // by the recovery point
  std::unordered_set<const ConsumeQueue*> untouched_;
};

}  // namespace pintle::store
