// A queue as clients name it.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace pintle::model {

// One queue of one topic on one broker. Ordered by topic, broker name, queue id: the order in which
// every client of a group must see them to share them out alike.
struct MessageQueue {
  std::string topic;
  std::string broker_name;
  int32_t queue_id = 0;

  friend auto operator<=>(const MessageQueue&, const MessageQueue&) = default;
};

}  // namespace pintle::model

template <>
struct std::hash<pintle::model::MessageQueue> {
  size_t operator()(const pintle::model::MessageQueue& q) const noexcept {
    return std::hash<std::string>()(q.topic) * 31 + std::hash<std::string>()(q.broker_name) * 7 +
           static_cast<size_t>(q.queue_id);
  }
};
