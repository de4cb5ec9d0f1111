#include "main/remedies.h"

namespace pintle::main {

Error DataError(std::string_view folder, const Error& error) {
  switch (error.code) {
    case ErrorCode::kBusy:
      return {error.code, fmt::format("the data directory {} is in use: {}; stop that process, or "
                                      "choose another directory with --data-dir",
                                      folder, error.message)};
    case ErrorCode::kPermissionDenied:
      return {error.code, fmt::format("{}: {}; run as the user that the directory belongs to, or "
                                      "choose another one with --data-dir",
                                      folder, error.message)};
    case ErrorCode::kNoSpace:
      return {error.code, fmt::format("{}: {}; free some space, or choose another directory with "
                                      "--data-dir",
                                      folder, error.message)};
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kMalformed:
    case ErrorCode::kNotFound:
    case ErrorCode::kAlreadyExists:
    case ErrorCode::kUnavailable:
    case ErrorCode::kOverloaded:
    case ErrorCode::kTimeout:
    case ErrorCode::kIo:
    case ErrorCode::kCorrupt:
    case ErrorCode::kUnsupported:
    case ErrorCode::kClosed:
    case ErrorCode::kInternal:
      break;
  }
  return {error.code, fmt::format("{}: {}", folder, error.message)};
}

Error ListenError(std::string_view key, const Error& error) {
  if (error.code == ErrorCode::kBusy)
    return {error.code, fmt::format("{}; stop the process that listens there, or choose another "
                                    "address with --set {}=HOST:PORT",
                                    error.message, key)};
  return {error.code,
          fmt::format("{}; choose another address with --set {}=HOST:PORT", error.message, key)};
}

}  // namespace pintle::main
