// The two positions that everything is addressed by.
#pragma once

#include "base/strong_int.h"

namespace pintle::model {

// A byte's place in the commit log of one broker, counted from the log's first byte ever.
using LogOffset = StrongInt<struct LogOffsetTag>;

// A message's place in one queue, counted from the queue's first message ever.
using QueueOffset = StrongInt<struct QueueOffsetTag>;

}  // namespace pintle::model
