// What a call of the SDK answers when it fails.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace pintle::client {

enum class ErrorCode : uint8_t {
  kInvalidArgument,  // the call asks for something that is not allowed; it never left this process
  kNotStarted,       // Start() has not succeeded, or Shutdown() has begun
  kNoRoute,          // no name server knows the topic, and it could not be created
  kUnavailable,      // no server could be reached
  kTimeout,          // no answer in time: whether it was done is unknown
  kRefused,          // a broker answered with an error; `broker_code` tells which
  kOverloaded,       // a bound of this client or of the broker is reached; try again later
  kIo,               // a local file could not be read or written
  kNotFound,         // what the call names is not here
};
std::string_view ErrorCodeName(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::kUnavailable;
  int32_t broker_code = 0;  // RocketMQ's response code where a broker answered, else 0
  std::string message;      // what happened, the limit, the value, the remedy
};

template <typename T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

}  // namespace pintle::client
