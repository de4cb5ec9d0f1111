// Which records of a stopped store's log belong to topics that were deleted.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "model/record.h"
#include "store/recovery_point.h"
#include "store/tool/stopped_store.h"

namespace pintle::store {

// Our own stores say it in their recovery point. In RocketMQ's a deleted topic has neither queues nor
// a name among the topics; where no table of topics can be read, nothing counts as deleted.
//
// Threads: const after construction.
class DeletedTopics {
 public:
  explicit DeletedTopics(const StoppedStore& store);

  bool Contains(const model::Record& record) const;
  const std::optional<RecoveryPoint>& recovery_point() const { return point_; }

 private:
  std::optional<RecoveryPoint> point_;
  std::string topics_;  // the text of config/topics.json; empty: none
  std::set<std::string, std::less<>> topics_with_queues_;
};

}  // namespace pintle::store
