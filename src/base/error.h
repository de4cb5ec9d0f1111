// What can go wrong, in the broker's own terms.
//
// An outcome that is part of a normal answer (no new message; stored but the flush timed out) is
// an enum field of the result, not an Error. A bug is PINTLE_CHECK. Everything between travels as
// Result<T>. Codes are domain-level; each protocol maps them in one exhaustive switch.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace pintle {

enum class ErrorCode : uint8_t {
  kInvalidArgument,   // a well-formed request asks for something that is not allowed
  kMalformed,         // bytes that are not what their format says
  kNotFound,          // the thing named does not exist
  kAlreadyExists,     // the thing to be created exists
  kPermissionDenied,  // no right to do this
  kUnavailable,       // not now and not here: shut down, read-only, peer gone
  kOverloaded,        // a bound is reached; nothing was done; try again later or elsewhere
  kTimeout,           // no answer in time; whether it was done is unknown
  kIo,                // the operating system refused a read, write, sync or socket call
  kNoSpace,           // the disk is full
  kCorrupt,           // stored bytes fail their checksum or contradict each other
  kUnsupported,       // understood, not served
  kBusy,              // held by somebody else (a locked directory, a locked queue)
  kClosed,            // the connection, file or component has been closed
  kInternal,          // an invariant of ours that a peer could observe does not hold
};

// A short stable name, for logs and tests: "kNoSpace" -> "no space".
std::string_view ErrorCodeName(ErrorCode code);

// What happened, the limit, the actual value, the remedy. Never a path, never a secret, when it may
// reach a client.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;

  friend bool operator==(const Error&, const Error&) = default;
};

template <typename T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

// return Fail(ErrorCode::kNotFound, "topic {} does not exist", name);
template <typename... Args>
[[nodiscard]] std::unexpected<Error> Fail(ErrorCode code, fmt::format_string<Args...> format,
                                          Args&&... args) {
  return std::unexpected(Error{code, fmt::format(format, std::forward<Args>(args)...)});
}

template <typename... Args>
[[nodiscard]] std::unexpected<Error> Malformed(fmt::format_string<Args...> format, Args&&... args) {
  return Fail(ErrorCode::kMalformed, format, std::forward<Args>(args)...);
}

// The failure of the system call `call` with `error_number`: kNoSpace for ENOSPC and EDQUOT,
// kNotFound for ENOENT, kAlreadyExists for EEXIST, kPermissionDenied for EACCES and EPERM, kIo
// otherwise. The message names the call and the system's text.
[[nodiscard]] std::unexpected<Error> FailErrno(std::string_view call, int error_number);

}  // namespace pintle

// Evaluates a Result; returns its error from the enclosing function, or goes on.
//   PINTLE_TRY(file->Sync());
#define PINTLE_TRY(expression)                                      \
  do {                                                              \
    auto&& pintle_try_result = (expression);                        \
    if (!pintle_try_result) [[unlikely]]                            \
      return std::unexpected(std::move(pintle_try_result).error()); \
  } while (false)

// Declares `variable` as the value of a Result, or returns its error.
//   PINTLE_ASSIGN(auto size, file->Size());
#define PINTLE_ASSIGN(variable, expression) \
  PINTLE_ASSIGN_(PINTLE_CONCAT_(pintle_result_, __LINE__), variable, expression)
#define PINTLE_ASSIGN_(result, variable, expression)   \
  auto result = (expression);                          \
  if (!result) [[unlikely]]                            \
    return std::unexpected(std::move(result).error()); \
  variable = *std::move(result)
#define PINTLE_CONCAT_(a, b) PINTLE_CONCAT2_(a, b)
#define PINTLE_CONCAT2_(a, b) a##b
