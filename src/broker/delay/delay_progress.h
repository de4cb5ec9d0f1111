// How far each delay level is delivered, kept in config/delayOffset.json.
//
// What is written is never ahead of the disk: a level's offset passes a delivered message once the
// log is durable past its copy. After a crash messages may therefore be delivered again, and none is
// passed over.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/mutex.h"
#include "broker/metadata_file.h"
#include "model/offsets.h"
#include "model/topic.h"

namespace pintle::broker {

// Threads: any thread, but for Load() by the owner before use.
class DelayProgress {
 public:
  DelayProgress(const Clock& clock, FileSystem& fs, BoundedExecutor& executor, std::string path);

  Status Load();

  // The first entry of the level's queue that is not delivered, as the file had it; 0 when it names
  // none.
  model::QueueOffset Find(int32_t level) const EXCLUDES(mutex_);
  // Entries before `next` are delivered; the copies end before `end` in the log.
  void Delivered(int32_t level, model::QueueOffset next, model::LogOffset end) EXCLUDES(mutex_);
  // The log is durable up to here.
  void OnDurable(model::LogOffset durable) EXCLUDES(mutex_);

  // The file's content, compact or as the file has it.
  std::string Encode(bool pretty) const EXCLUDES(mutex_);
  MetadataFile& file() { return file_; }

 private:
  struct Delivery {
    model::QueueOffset next;
    model::LogOffset end;
  };
  struct Level {
    model::QueueOffset safe;           // what the file may say
    std::deque<Delivery> not_durable;  // what follows, in order
  };

  Status Decode(std::string_view text) EXCLUDES(mutex_);

  const Clock& clock_;
  mutable Mutex mutex_;
  std::map<int32_t, Level> levels_ GUARDED_BY(mutex_);
  model::DataVersion version_ GUARDED_BY(mutex_);
  int64_t changes_ GUARDED_BY(mutex_) = 0;
  MetadataFile file_;
};

}  // namespace pintle::broker
