// What consumers of a group have consumed, by their own account: the answers to
// GET_CONSUMER_STATUS_FROM_CLIENT (221) and INVOKE_BROKER_TO_GET_CONSUMER_STATUS (223).
#pragma once

#include <map>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "remoting/bodies/reset_offset.h"

namespace pintle::remoting {

// {"consumerTable":{"client":{{"brokerName":"b","queueId":0,"topic":"t"}:7}},
//  "messageQueueTable":{{"brokerName":"b","queueId":0,"topic":"t"}:7}}
struct ConsumerStatus {
  std::map<std::string, QueueOffsets> consumers;  // a broker's answer: by client id
  QueueOffsets queues;                            // a client's

  friend bool operator==(const ConsumerStatus&, const ConsumerStatus&) = default;
};

std::string EncodeConsumerStatus(const ConsumerStatus& status);
Result<ConsumerStatus> DecodeConsumerStatus(ByteView body);

}  // namespace pintle::remoting
