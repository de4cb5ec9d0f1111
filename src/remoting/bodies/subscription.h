// A subscription as JSON.
#pragma once

#include <string>
#include <string_view>

#include "model/subscription.h"
#include "remoting/json.h"

namespace pintle::remoting {

void WriteSubscription(JsonWriter& out, const model::Subscription& subscription);
// As the client sent it: its own tags and codes; a missing expression type is TAG.
model::Subscription ReadSubscription(const JsonValue& value);

// The answer to QUERY_SUBSCRIPTION_BY_CONSUMER (345); nullptr: the group wants nothing of the topic.
std::string EncodeGroupSubscription(std::string_view group, std::string_view topic,
                                    const model::Subscription* subscription);

}  // namespace pintle::remoting
