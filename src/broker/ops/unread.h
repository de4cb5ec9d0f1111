// How far the groups of a topic are behind: what each queue holds that somebody has not consumed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "broker/broker.h"
#include "broker/topic.h"

namespace pintle::broker {

// The groups that have consumed the topic or subscribe to it now.
struct TopicReaders {
  std::vector<std::string> groups;  // those whose offsets are kept here
  std::vector<std::string>
      broadcasting;  // their members keep their own: how far they are is unknown
};
TopicReaders ReadersOf(Broker& broker, const std::string& topic);

struct UnreadQueue {
  int32_t queue_id = 0;
  int64_t end = 0;     // one past the last message
  int64_t kept = 0;    // messages that are at hand
  int64_t unread = 0;  // of them, what the group that is furthest behind has not consumed
  std::string behind;  // that group; empty when none is behind
};
// A queue that nobody has written to is empty, and is not made by asking.
UnreadQueue UnreadOf(Broker& broker, const Topic& topic, int32_t queue_id,
                     const TopicReaders& readers);

}  // namespace pintle::broker
