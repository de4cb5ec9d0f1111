// How a group shares the queues of a topic out among its members. Every member computes this by
// itself from the same sorted lists, so all must compute alike, Java's clients included.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pintle/message.h"

namespace pintle::client {

// The averaging strategy (Java's AllocateMessageQueueAveragely): neighbouring queues, the first
// members getting one more when it does not come out even. Both lists sorted. Empty when `self` is
// not among the members.
std::vector<MessageQueue> AllocateAveragely(std::string_view self,
                                            std::span<const MessageQueue> queues,
                                            std::span<const std::string> members);

}  // namespace pintle::client
