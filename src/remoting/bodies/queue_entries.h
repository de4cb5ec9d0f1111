// QUERY_CONSUME_QUEUE (321): the entries of a consume queue.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "model/subscription.h"

namespace pintle::remoting {

struct QueueEntries {
  struct Entry {
    int64_t log_offset = 0;
    int32_t size = 0;
    int64_t tags_code = 0;
    std::string remark;  // what is amiss; empty: nothing
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  std::vector<Entry> entries;
  int64_t min_index = 0;  // of the queue
  int64_t max_index = 0;  // one past its last entry
  // Of the group that was asked for.
  std::optional<model::Subscription> subscription;
  std::string filter_data;  // its filter, or why there is none; empty when no group was named

  friend bool operator==(const QueueEntries&, const QueueEntries&) = default;
};

std::string EncodeQueueEntries(const QueueEntries& entries);
Result<QueueEntries> DecodeQueueEntries(ByteView body);

}  // namespace pintle::remoting
