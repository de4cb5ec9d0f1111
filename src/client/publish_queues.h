// The queues that a producer sends to.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/route.h"
#include "pintle/error.h"
#include "pintle/message.h"

namespace pintle::client {

// A topic's writable queues. By its order configuration where the topic has one, in that one's
// order and whether or not a broker is there now: a message with a key must not go to another queue
// because a broker is away. Else sorted, those with a master.
struct PublishQueues {
  std::shared_ptr<const model::TopicRoute> route;  // what they were made from
  std::vector<MessageQueue> queues;
};

// kNoRoute when there is no queue; kInvalidArgument when the order configuration is malformed.
// `most`: queues of a broker at most, where the topic is to be made by the send; 0: it is there, and
// `route` is its own.
Result<PublishQueues> QueuesToPublish(const std::string& topic,
                                      std::shared_ptr<const model::TopicRoute> route, int32_t most);

}  // namespace pintle::client
