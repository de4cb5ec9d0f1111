// The process's log. One line per event: what happened, to what, the value, the remedy.
//
//   PINTLE_LOG(kWarn, "store: segment {} is cut at {}", name, size);
//
// Never a secret, never a message body. Threads: any thread.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace pintle {

enum class LogLevel : uint8_t { kDebug, kInfo, kWarn, kError };

// Where lines go and from which level. Before the first call: standard error, kWarn.
struct LogOptions {
  LogLevel level = LogLevel::kInfo;
  bool json = false;  // one JSON object a line instead of text
};
void ConfigureLog(const LogOptions& options);

bool LogEnabled(LogLevel level);
void WriteLog(LogLevel level, std::string_view line);

// Lets a line through at most once a second per call site; counts what it swallowed.
//   static LogLimiter limiter; if (limiter.Allow()) PINTLE_LOG(...)
class LogLimiter {
 public:
  bool Allow();

 private:
  int64_t next_ns_ = 0;
};

}  // namespace pintle

#define PINTLE_LOG(level, ...)                                                        \
  do {                                                                                \
    if (::pintle::LogEnabled(::pintle::LogLevel::level))                              \
      ::pintle::WriteLog(::pintle::LogLevel::level, ::fmt::format(__VA_ARGS__));      \
  } while (false)
