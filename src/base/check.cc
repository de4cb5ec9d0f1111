#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace pintle {

void CheckFailed(const char* file, int line, const char* condition, std::string_view message) {
  // Straight to the descriptor: the log may be what is broken.
  std::fprintf(stderr, "%s:%d: check failed: %s%s%.*s\n", file, line, condition,
               message.empty() ? "" : ": ", static_cast<int>(message.size()), message.data());
  std::fflush(stderr);
  std::abort();
}

}  // namespace pintle
