// Runs a load against any broker that speaks RocketMQ's protocol.
#pragma once

#include <functional>

#include "client/load/load_options.h"
#include "pintle/error.h"

namespace pintle::client {

// Connects, warms up, measures, closes; blocks for all of it. `progress` runs once a second on the
// calling thread. A consume-only load without `hold` ends early when every queue is at its end.
// kUnavailable when a broker cannot be reached; kInvalidArgument for options that make no sense.
Result<LoadReport> RunLoad(const LoadOptions& options,
                           const std::function<void(const LoadProgress&)>& progress);

}  // namespace pintle::client
