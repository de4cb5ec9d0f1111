// A subscription as JSON.
#pragma once

#include "model/subscription.h"
#include "remoting/json.h"

namespace pintle::remoting {

void WriteSubscription(JsonWriter& out, const model::Subscription& subscription);
// As the client sent it: its own tags and codes; a missing expression type is TAG.
model::Subscription ReadSubscription(const JsonValue& value);

}  // namespace pintle::remoting
