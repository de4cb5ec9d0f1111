// Members of one consumer group must want the same: queues are shared out among them as if they
// did, and what a queue's holder does not want is passed over for the whole group.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "remoting/bodies/heartbeat.h"

namespace pintle::broker {

// What one member told with its heartbeat.
struct Wants {
  remoting::MessageModel model = remoting::MessageModel::kClustering;
  std::map<std::string, std::string> topics;  // topic -> expression, in one form whatever its order

  friend bool operator==(const Wants&, const Wants&) = default;
};

Wants WantsOf(const remoting::ConsumerData& consumer);

// In what `other` differs from `one`, for people: "topic orders: 'a' and 'a || b'". Of long
// expressions the part around their first difference. Empty when in nothing.
std::string DifferenceOf(const Wants& one, const Wants& other);

// An expression for a line of the log: some 200 bytes of it around `place`, with the length of what
// was left out told.
std::string ShownExpression(std::string_view expression, size_t place = 0);

}  // namespace pintle::broker
