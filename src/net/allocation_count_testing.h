// Counts what a thread takes from the heap, for tests that a path allocates nothing. A test program
// that calls this has its operator new replaced.
#pragma once

#include <cstdint>

namespace pintle::net {

// Calls of operator new on this thread so far; -1 where a sanitizer owns operator new.
int64_t AllocationsOfThisThread();

}  // namespace pintle::net
