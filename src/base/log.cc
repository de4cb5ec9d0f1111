#include "base/log.h"

#include <fmt/chrono.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

#include "base/clock.h"

namespace pintle {
namespace {

constexpr int64_t kLimitNs = 1'000'000'000;

// The log is the process's own, as standard error is: these two are its only state.
std::atomic<LogLevel> g_level{LogLevel::kWarn};
std::atomic<bool> g_json{false};

std::string_view LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarn:
      return "warn";
    case LogLevel::kError:
      return "error";
  }
  return "unknown";
}

void AppendEscaped(fmt::memory_buffer& out, std::string_view text, bool json) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      out.append(std::string_view("\\n"));
    } else if (byte < 0x20 || byte == 0x7f) {
      fmt::format_to(fmt::appender(out), "\\u{:04x}", byte);
    } else if (json && (c == '"' || c == '\\')) {
      out.push_back('\\');
      out.push_back(c);
    } else {
      out.push_back(c);
    }
  }
}

// One write a line, so that lines of different threads and processes do not mix. A log that
// cannot be written must not stop the broker: the line is lost.
void WriteOut(std::string_view line) {
  while (!line.empty()) {
    const ssize_t n = ::write(STDERR_FILENO, line.data(), line.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    line.remove_prefix(static_cast<size_t>(n));
  }
}

}  // namespace

void ConfigureLog(const LogOptions& options) {
  g_level.store(options.level, std::memory_order_relaxed);
  g_json.store(options.json, std::memory_order_relaxed);
}

bool LogEnabled(LogLevel level) { return level >= g_level.load(std::memory_order_relaxed); }

void WriteLog(LogLevel level, std::string_view line) {
  const int64_t now_ms = SystemClock().WallMs();
  const std::tm utc = fmt::gmtime(static_cast<std::time_t>(now_ms / 1000));
  const bool json = g_json.load(std::memory_order_relaxed);
  fmt::memory_buffer out;
  if (json) out.append(std::string_view("{\"time\":\""));
  fmt::format_to(fmt::appender(out), "{:%Y-%m-%dT%H:%M:%S}.{:03}Z", utc, now_ms % 1000);
  if (json) {
    fmt::format_to(fmt::appender(out), R"(","level":"{}","text":")", LevelName(level));
  } else {
    fmt::format_to(fmt::appender(out), " {:5} ", LevelName(level));
  }
  AppendEscaped(out, line, json);
  out.append(std::string_view(json ? "\"}\n" : "\n"));
  WriteOut({out.data(), out.size()});
}

bool LogLimiter::Allow() {
  const int64_t now = SystemClock().MonotonicNs();
  int64_t next = next_ns_.load(std::memory_order_relaxed);
  // Of several threads at once, the one that moves the mark may write.
  if (now >= next && next_ns_.compare_exchange_strong(next, now + kLimitNs)) return true;
  swallowed_.fetch_add(1, std::memory_order_relaxed);
  return false;
}

int64_t LogLimiter::TakeSwallowed() { return swallowed_.exchange(0, std::memory_order_relaxed); }

}  // namespace pintle
