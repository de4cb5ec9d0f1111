// Reads messages of one queue for a consumer group.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "broker/broker.h"
#include "broker/ops/pull_filter.h"
#include "broker/refusal.h"
#include "store/message_store.h"

namespace pintle::broker {

// Who reads what. Views: used up when PreparePull() returns.
struct PullRequest {
  std::string_view group;
  std::string_view topic;
  int32_t queue_id = 0;
  model::QueueOffset offset;
  int32_t messages_max = 0;
  int64_t bytes_max = INT32_MAX;
  bool lite = false;
  // What to read: told here, or the group's by its heartbeats.
  bool has_subscription = false;
  std::string_view expression;
  std::string_view expression_type;
  int64_t subscription_version = 0;
  model::Host from;  // named in refusals
};

// A pull that may go ahead, and may be repeated.
struct Pull {
  std::shared_ptr<const Topic> topic;
  std::shared_ptr<const Group> group;
  store::ConsumeQueue* queue = nullptr;
  int32_t queue_id = 0;
  model::QueueOffset offset;
  store::ReadLimits limits;
  PullFilter filter;  // nullptr: everything
};

// RocketMQ's checks in its order.
std::expected<Pull, PullRefusal> PreparePull(Broker& broker, const PullRequest& request);

// What the store gives, or where an administrator has sent the group.
struct PullResult {
  store::ReadResult read;
  bool reset = false;  // `read.next` is where to go on; nothing was read
};
// Not `cold`: where the read might wait for the disk it ends with kNotRecent, and is to be repeated,
// cold, where that disturbs nobody. Any thread.
PullResult ReadPull(Broker& broker, const Pull& pull, bool cold);

}  // namespace pintle::broker
