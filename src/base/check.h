// PINTLE_CHECK: an invariant whose failure is a bug of ours. On in every build.
#pragma once

#include <fmt/format.h>

#include <string_view>

namespace pintle {

// Writes the place, the condition and the message to standard error and aborts.
[[noreturn]] void CheckFailed(const char* file, int line, const char* condition,
                              std::string_view message);

}  // namespace pintle

// PINTLE_CHECK(next >= previous, "watermark moves backward: {} -> {}", previous, next);
#define PINTLE_CHECK(condition, ...)                                                        \
  do {                                                                                      \
    if (!(condition)) [[unlikely]]                                                          \
      ::pintle::CheckFailed(__FILE__, __LINE__, #condition, ::fmt::format("" __VA_ARGS__)); \
  } while (false)
