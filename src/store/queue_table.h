// The consume queues of a store, by topic and queue id.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/file_system.h"
#include "base/mutex.h"
#include "store/consume_queue.h"
#include "store/queue_files.h"

namespace pintle::store {

// A queue, once made, stays where it is for the store's life, deleted or not: callers keep
// pointers. Threads: any thread.
class QueueTable {
 public:
  QueueTable(FileSystem& fs, QueueFiles& files, DirtyQueues& dirty)
      : fs_(fs), files_(files), dirty_(dirty) {}

  // nullptr when there is none.
  ConsumeQueue* Find(std::string_view topic, int32_t queue_id) const EXCLUDES(mutex_);
  // kInvalidArgument: the topic cannot be a folder's name or the id is negative.
  Result<ConsumeQueue*> FindOrCreate(std::string_view topic, int32_t queue_id) EXCLUDES(mutex_);

  std::vector<ConsumeQueue*> All() const EXCLUDES(mutex_);
  std::vector<std::pair<std::string, std::vector<int32_t>>> Topics() const EXCLUDES(mutex_);

  // Makes what is in the files of all queues durable, at once. kUnsupported: as
  // FileSystem::SyncAll().
  Status SyncAll() { return files_.SyncAll(); }

  // Forgets the topic's queues and removes their files. Not an error when there are none.
  Status DeleteTopic(std::string_view topic) EXCLUDES(mutex_);

 private:
  struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  using Queues = std::map<int32_t, std::unique_ptr<ConsumeQueue>>;

  FileSystem& fs_;  // const after construction
  QueueFiles& files_;
  DirtyQueues& dirty_;

  mutable Mutex mutex_;
  std::unordered_map<std::string, Queues, TextHash, std::equal_to<>> topics_ GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<ConsumeQueue>> deleted_ GUARDED_BY(mutex_);
};

}  // namespace pintle::store
