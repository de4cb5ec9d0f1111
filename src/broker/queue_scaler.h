// Adds and drains queues of the topics that have a policy for it.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "broker/queue_policy.h"
#include "broker/topic.h"

namespace pintle::broker {

class Broker;

// Threads: one, the owner's.
class QueueScaler {
 public:
  explicit QueueScaler(Broker& broker) : broker_(broker) {}

  // Looks at every topic with a policy once; each change is a line in the log that says why.
  void Look();

 private:
  void LookAt(const Topic& topic, const QueuePolicy& policy);
  std::vector<QueueSight> SightsOf(const Topic& topic, int32_t queues) const;

  Broker& broker_;
  std::unordered_map<std::string, QueueWatch> watches_;
};

}  // namespace pintle::broker
