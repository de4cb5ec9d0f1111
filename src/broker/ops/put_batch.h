// Stores several messages of one topic and queue, all or none.
#pragma once

#include <string>

#include "broker/ops/put_message.h"

namespace pintle::broker {

struct BatchResult {
  model::LogOffset end;
  model::QueueOffset queue_offset;  // of the first; the others follow
  int32_t queue_id = 0;
  std::string ids;  // the messages' ids, separated by commas
  bool wait_durable = false;
  MetadataFile::Change topic_change = 0;
};

// `request.body` is the batch's; `request.properties` are the batch's own and are not stored.
Outcome<BatchResult> PutBatch(Broker& broker, const PutRequest& request);

}  // namespace pintle::broker
