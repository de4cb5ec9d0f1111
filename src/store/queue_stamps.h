// What a clean stop leaves to the next start: how long the queues are and where the log's last
// segment is blank, and how to tell that nobody has touched their files since.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/file_system.h"
#include "model/offsets.h"
#include "store/commit_log.h"
#include "store/queue_files.h"
#include "store/queue_table.h"

namespace pintle::store {

using model::LogOffset;
using model::QueueOffset;

// Without it, or where a stamp differs, a start opens and searches the queues' files and reads the
// rest of the segment: correct, and slow when they are ten thousand, and not in memory. RocketMQ
// neither reads nor writes it. Format: docs/formats/checkpoint.md.
struct QueueStamps {
  struct StampedFile {
    QueueOffset first;
    FileStamp stamp;
    friend bool operator==(const StampedFile&, const StampedFile&) = default;
  };
  struct Queue {
    QueueOffset first;
    QueueOffset end;
    FileStamp folder;  // that no file came or went
    std::vector<StampedFile> files;
    friend bool operator==(const Queue&, const Queue&) = default;
  };
  struct Topic {
    FileStamp folder;  // that no queue came or went
    std::map<int32_t, Queue> queues;
    friend bool operator==(const Topic&, const Topic&) = default;
  };

  LogOffset position;  // of the recovery point that it belongs to
  std::optional<CommitLog::BlankTail> tail;
  FileStamp root;  // that no topic came or went
  std::map<std::string, Topic, std::less<>> topics;

  // Of the log, and of the table's queues, all of whose entries are in files and durable.
  static Result<QueueStamps> Take(FileSystem& fs, QueueFiles& files, const QueueTable& table,
                                  const CommitLog& log, LogOffset position);

  // nullopt when there is none, or none that is whole.
  static std::optional<QueueStamps> Read(FileSystem& fs, const std::string& path);
  Status Write(FileSystem& fs, const std::string& path) const;

  std::string Encode() const;
  static Result<QueueStamps> Decode(std::string_view text);

  friend bool operator==(const QueueStamps&, const QueueStamps&) = default;
};

}  // namespace pintle::store
