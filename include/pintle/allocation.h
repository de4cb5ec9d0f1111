// How a group shares the queues of a topic out among its members. Every member computes this by
// itself from the same sorted lists, so all members of a group must use one strategy; each strategy
// gives what Java's strategy of that name gives.
#pragma once

#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pintle/message.h"

namespace pintle::client {

// The queues of `self`, a client id, out of all of a topic, given all members. Both lists are
// sorted, and neither is empty; `self` may be missing from the members when it has just joined.
using Allocation = std::function<std::vector<MessageQueue>(std::string_view self,
                                                           std::span<const MessageQueue> queues,
                                                           std::span<const std::string> members)>;

// AVG: neighbouring queues; the first members get one more when it does not come out even.
Allocation AllocateAveragely();
// AVG_BY_CIRCLE: every n-th queue.
Allocation AllocateByCircle();
// CONFIG: always these queues, whatever the other members do.
Allocation AllocateConfigured(std::vector<MessageQueue> queues);
// MACHINE_ROOM: brokers called "ROOM@NAME" in these rooms, shared out averagely; others are left.
Allocation AllocateInRooms(std::set<std::string> rooms);
// MACHINE_ROOM_NEARBY: a room's queues go to the members in that room, shared out by `inner`; those
// of a room without members go to all members.
Allocation AllocateNearby(Allocation inner,
                          std::function<std::string(const MessageQueue& queue)> room_of_queue,
                          std::function<std::string(std::string_view client_id)> room_of_member);
// CONSISTENT_HASH: when a member comes or goes, few queues move.
Allocation AllocateByConsistentHash(int virtual_nodes = 10);

}  // namespace pintle::client
