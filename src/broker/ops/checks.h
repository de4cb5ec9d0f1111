// Checks that several operations share, with RocketMQ's texts.
#pragma once

#include <string_view>

#include "broker/broker.h"
#include "broker/refusal.h"

namespace pintle::broker {

// Nothing, or white space alone.
bool IsBlank(std::string_view text);
// kInvalidParameter: blank, an illegal character, too long.
Outcome<void> CheckTopicName(std::string_view topic);
Outcome<void> CheckGroupName(std::string_view group);
// kInvalidParameter for a topic that only the broker itself may change.
Outcome<void> CheckNotSystem(Broker& broker, std::string_view topic);

}  // namespace pintle::broker
