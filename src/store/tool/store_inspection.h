// What a stopped store consists of.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/checkpoint.h"
#include "store/recovery_point.h"
#include "store/tool/stopped_store.h"

namespace pintle::store {

struct StoreInspection {
  struct SegmentFile {
    LogOffset base;
    int64_t bytes = 0;
    int64_t first_time = 0;  // ms, store time of the first record; 0: none
    int64_t last_time = 0;
    LogOffset end;  // behind the last record
  };
  struct Queue {
    std::string topic;
    int32_t queue_id = 0;
    QueueOffset min;  // the first entry that leads into the log that there is
    QueueOffset max;  // one past the last
    size_t files = 0;
  };
  struct Index {
    std::string name;
    int64_t bytes = 0;
    int64_t keys = 0;
    int64_t first_time = 0;  // ms
    int64_t last_time = 0;
    LogOffset first_offset;
    LogOffset last_offset;
  };
  struct OtherFile {
    std::string path;  // below the store
    int64_t bytes = 0;
  };

  std::string root;
  StoreShape shape;
  std::vector<SegmentFile> segments;
  std::vector<Queue> queues;
  std::vector<Index> indexes;
  Checkpoint checkpoint;
  bool aborted = false;  // its last broker did not stop cleanly
  std::optional<RecoveryPoint> recovery_point;
  std::vector<OtherFile> metadata;  // config/

  // Looks at the ends of files and never at all of a full segment: a terabyte takes no longer than
  // its newest segment.
  static Result<StoreInspection> Of(const StoppedStore& store);
};

}  // namespace pintle::store
