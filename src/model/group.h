// A consumer group's configuration. Source: docs/formats/metadata.md
// (config/subscriptionGroup.json).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace pintle::model {

// How long a failed message waits before its n-th redelivery.
struct RetryPolicy {
  enum class Kind : uint8_t { kCustomized, kExponential };
  Kind kind = Kind::kCustomized;
  // kCustomized: delay of the n-th retry, ms; the last one repeats.
  std::vector<int64_t> next_ms;
  // kExponential: initial * multiplier^n, at most max.
  int64_t initial_ms = 5'000;
  int64_t max_ms = 7'200'000;
  int64_t multiplier = 2;

  friend bool operator==(const RetryPolicy&, const RetryPolicy&) = default;
};

struct SubscriptionGroupConfig {
  std::string name;
  bool consume_enable = true;
  bool consume_from_min_enable = true;
  bool consume_broadcast_enable = true;
  bool consume_message_orderly = false;
  int32_t retry_queues = 1;
  int32_t retry_max_times = 16;
  RetryPolicy retry_policy;
  int64_t broker_id = 0;
  int64_t which_broker_when_consume_slowly = 1;
  bool notify_consumer_ids_changed_enable = true;
  int32_t group_sys_flag = 0;
  int32_t consume_timeout_minutes = 15;
  std::map<std::string, std::string> attributes;
  std::string subscription_data_set;  // JSON text, kept as it came; empty when none

  friend bool operator==(const SubscriptionGroupConfig&, const SubscriptionGroupConfig&) = default;
};

}  // namespace pintle::model
