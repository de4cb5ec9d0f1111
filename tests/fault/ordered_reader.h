// A member of a group that consumes in order, as a process of its own that can be killed.
#pragma once

#include <string>

namespace pintle::testing {

struct OrderedReaderOptions {
  std::string name_server;
  std::string topic;
  std::string group;
};

// For each message prints when the listener began and ended, in nanoseconds of the machine's
// monotonic clock, the queue, and the body. Until SIGTERM; false when it could not start.
bool RunOrderedReader(const OrderedReaderOptions& options);

}  // namespace pintle::testing
