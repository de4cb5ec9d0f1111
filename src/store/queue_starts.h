// Where each queue goes on behind a place in the log.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "store/log_scanner.h"

namespace pintle::store {

// A queue as the log names it. The topic lives as long as the segments.
struct QueueName {
  std::string_view topic;
  int32_t queue_id = 0;

  friend bool operator==(const QueueName&, const QueueName&) = default;
};
struct QueueNameHash {
  size_t operator()(const QueueName& name) const {
    return std::hash<std::string_view>()(name.topic) * 31 + static_cast<size_t>(name.queue_id);
  }
};

struct QueueStart {
  QueueName queue;
  QueueOffset first;  // the offset of its first message from the place on
};

struct QueueStartOptions {
  bool in_threads = true;
  // Messages that belong to no queue any more.
  std::function<bool(std::string_view topic, LogOffset offset)> is_deleted;
};

// Of all queues that have a message from `from` on, in no particular order. CRCs are not checked.
// Each segment is walked for itself: where a broken record hides the next one, the next segment's
// first is sound or found again.
std::vector<QueueStart> FindQueueStarts(const std::shared_ptr<const SegmentList>& segments,
                                        LogOffset from, const QueueStartOptions& options);

}  // namespace pintle::store
