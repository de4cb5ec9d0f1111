// Which messages of a queue a pull is given.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "broker/broker.h"
#include "broker/refusal.h"
#include "model/subscription.h"
#include "store/message_store.h"

namespace pintle::broker {

// Why a pull is refused, beside the code, as RocketMQ tells it.
enum class Forbidden : uint8_t { kNothing, kBroker = 1, kGroup, kTopic, kBroadcast, kSubscription };
struct PullRefusal {
  Refusal refusal;
  Forbidden forbidden = Forbidden::kNothing;
};
std::unexpected<PullRefusal> RefusePull(RefusalCode code, std::string message,
                                        Forbidden forbidden = Forbidden::kNothing);

// Who asks, and for what. Borrowed.
struct FilterRequest {
  std::string_view group;
  std::string_view topic;
  // What to read: told here, or the group's by its heartbeats.
  bool has_subscription = false;
  std::string_view expression;
  std::string_view expression_type;
  int64_t subscription_version = 0;
};

// nullptr: every message passes.
using PullFilter = std::unique_ptr<store::MessageFilter>;
std::expected<PullFilter, PullRefusal> MakePullFilter(Broker& broker, const FilterRequest& request,
                                                      const Group& group);

// Nothing but tags is filtered by: `property_filter` is off.
Refusal PropertyFilterIsOff(std::string_view expression_type);
// The compiled expression; kSubscriptionMalformed tells where it is wrong.
Outcome<std::shared_ptr<const filter::Selector>> CompileSubscription(
    Broker& broker, const model::Subscription& subscription);

}  // namespace pintle::broker
