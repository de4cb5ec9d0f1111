// LOCK_BATCH_MQ (41) and UNLOCK_BATCH_MQ (42): exclusive use of queues by one client of a group.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "model/queue.h"

namespace pintle::remoting {

// The body of both requests.
struct LockBatch {
  std::string client_id;
  std::string group;
  std::vector<model::MessageQueue> queues;
  bool only_this_broker = false;

  friend bool operator==(const LockBatch&, const LockBatch&) = default;
};

std::string EncodeLockBatch(const LockBatch& batch);
Result<LockBatch> DecodeLockBatch(ByteView body);

// The answer to 41: what the client holds now.
std::string EncodeLockedQueues(const std::vector<model::MessageQueue>& queues);
Result<std::vector<model::MessageQueue>> DecodeLockedQueues(ByteView body);

}  // namespace pintle::remoting
