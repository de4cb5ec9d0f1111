// How far a group has consumed a queue: asking and telling.
#pragma once

#include <cstdint>
#include <string_view>

#include "broker/broker.h"
#include "broker/refusal.h"

namespace pintle::broker {

// The offset from which a group goes on. For a queue that it never consumed: 0 when the first
// message ever is still at hand or still to come, so that a queue made while consumers run is read
// from its start; with `zero_if_new` false, or otherwise, kNotFound, and the client decides where
// to start.
Outcome<QueueOffset> FindConsumerOffset(Broker& broker, std::string_view topic,
                                        std::string_view group, int32_t queue_id, bool zero_if_new);

enum class Committed : uint8_t { kDone, kResetPending };

// kResetPending: an administrator has moved the group; nothing was changed.
Outcome<Committed> CommitConsumerOffset(Broker& broker, std::string_view topic,
                                        std::string_view group, int32_t queue_id,
                                        QueueOffset offset, std::string_view who);

}  // namespace pintle::broker
