// The process's log. One line per event: what happened, to what, the value, the remedy.
//
//   PINTLE_LOG(kWarn, "store: segment {} is cut at {}", name, size);
//
// Never a secret, never a message body. A line break or control character inside the text is
// written escaped, so that what a client sends cannot forge a line. Threads: any thread.
#pragma once

#include <fmt/format.h>

#include <atomic>
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
//   static LogLimiter limiter;
//   if (limiter.Allow()) PINTLE_LOG(kWarn, "... ({} more since)", limiter.TakeSwallowed());
// Threads: any thread.
class LogLimiter {
 public:
  bool Allow();
  // How many lines were refused since the last call.
  int64_t TakeSwallowed();

 private:
  std::atomic<int64_t> next_ns_{0};
  std::atomic<int64_t> swallowed_{0};
};

}  // namespace pintle

#define PINTLE_LOG(level, ...)                                                   \
  do {                                                                           \
    if (::pintle::LogEnabled(::pintle::LogLevel::level))                         \
      ::pintle::WriteLog(::pintle::LogLevel::level, ::fmt::format(__VA_ARGS__)); \
  } while (false)
