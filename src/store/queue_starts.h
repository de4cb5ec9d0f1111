// Where each queue goes on behind a place in the log.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/log_scanner.h"

namespace pintle::store {

// A queue as the log names it. The topic lives as long as the segments.
struct QueueName {
  std::string_view topic;
  int32_t queue_id = 0;

  friend bool operator==(const QueueName&, const QueueName&) = default;
};

// Gives queues numbers, by when they are met first. It keeps the topics, close together: in the log
// each would be on a page of its own.
//
// Threads: one thread, the owner.
class QueueNumbers {
 public:
  size_t Of(const QueueName& name) {
    if (const auto found = numbers_.find(name); found != numbers_.end()) [[likely]]
      return found->second;
    return numbers_.emplace(Kept{std::string(name.topic), name.queue_id}, numbers_.size())
        .first->second;
  }
  size_t size() const { return numbers_.size(); }

 private:
  struct Kept {
    std::string topic;
    int32_t queue_id;
    QueueName name() const { return {topic, queue_id}; }
  };
  struct Hash {
    using is_transparent = void;
    size_t operator()(const QueueName& name) const {
      return std::hash<std::string_view>()(name.topic) * 31 + static_cast<size_t>(name.queue_id);
    }
    size_t operator()(const Kept& kept) const { return (*this)(kept.name()); }
  };
  struct Same {
    using is_transparent = void;
    bool operator()(const Kept& a, const Kept& b) const { return a.name() == b.name(); }
    bool operator()(const QueueName& a, const Kept& b) const { return a == b.name(); }
    bool operator()(const Kept& a, const QueueName& b) const { return a.name() == b; }
  };

  std::unordered_map<Kept, size_t, Hash, Same> numbers_;
};

struct QueueStart {
  QueueName queue;
  model::QueueOffset first;  // the offset of its first message from the place on
};

struct QueueStartOptions {
  bool in_threads = true;
  // Messages that belong to no queue any more.
  std::function<bool(std::string_view topic, LogOffset offset)> is_deleted;
};

// Of all queues that have a message from `from` on, in no particular order. CRCs are not checked.
// Each segment is walked for itself, some beside each other: what is sound in one does not depend on
// the one before.
std::vector<QueueStart> FindQueueStarts(const std::shared_ptr<const SegmentList>& segments,
                                        LogOffset from, const QueueStartOptions& options);

}  // namespace pintle::store
