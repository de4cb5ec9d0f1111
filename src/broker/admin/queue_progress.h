// How far a group is in a queue.
#pragma once

#include <cstdint>
#include <string>

#include "broker/broker.h"
#include "remoting/bodies/queue_stats.h"

namespace pintle::broker {

// The time of the last consumed message may be read from the disk.
remoting::ConsumeStats::Queue QueueStatsOf(Broker& broker, const std::string& topic,
                                           const std::string& group, int32_t queue_id);

}  // namespace pintle::broker
