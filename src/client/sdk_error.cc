#include "client/sdk_error.h"

#include "remoting/codes.h"

namespace pintle::client {

std::string_view ErrorCodeName(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "invalid argument";
    case ErrorCode::kNotStarted:
      return "not started";
    case ErrorCode::kNoRoute:
      return "no route";
    case ErrorCode::kUnavailable:
      return "unavailable";
    case ErrorCode::kTimeout:
      return "timeout";
    case ErrorCode::kRefused:
      return "refused";
    case ErrorCode::kOverloaded:
      return "overloaded";
    case ErrorCode::kIo:
      return "i/o error";
    case ErrorCode::kNotFound:
      return "not found";
  }
  return "unknown";
}

namespace {

ErrorCode SdkCode(pintle::ErrorCode code) {
  switch (code) {
    case pintle::ErrorCode::kInvalidArgument:
    case pintle::ErrorCode::kAlreadyExists:
    case pintle::ErrorCode::kUnsupported:
      return ErrorCode::kInvalidArgument;
    case pintle::ErrorCode::kNotFound:
      return ErrorCode::kNoRoute;
    case pintle::ErrorCode::kPermissionDenied:
      return ErrorCode::kRefused;
    case pintle::ErrorCode::kOverloaded:
    case pintle::ErrorCode::kBusy:
      return ErrorCode::kOverloaded;
    case pintle::ErrorCode::kTimeout:
      return ErrorCode::kTimeout;
    case pintle::ErrorCode::kNoSpace:
      return ErrorCode::kIo;
    case pintle::ErrorCode::kMalformed:
    case pintle::ErrorCode::kCorrupt:
    case pintle::ErrorCode::kInternal:
    case pintle::ErrorCode::kIo:
    case pintle::ErrorCode::kUnavailable:
    case pintle::ErrorCode::kClosed:
      return ErrorCode::kUnavailable;
  }
  return ErrorCode::kUnavailable;
}

}  // namespace

Error ToSdkError(const pintle::Error& error) {
  return {.code = SdkCode(error.code), .broker_code = 0, .message = error.message};
}

Error RefusedBy(const remoting::Command& answer) {
  Error error{.code = ErrorCode::kRefused,
              .broker_code = answer.head.code,
              .message = std::string(answer.remark)};
  const auto code = static_cast<remoting::ResponseCode>(answer.head.code);
  if (code == remoting::ResponseCode::kSystemBusy) error.code = ErrorCode::kOverloaded;
  if (code == remoting::ResponseCode::kTopicNotExist) error.code = ErrorCode::kNoRoute;
  if (error.message.empty()) error.message = "the server answered with an error";
  return error;
}

std::unexpected<Error> SdkFail(ErrorCode code, std::string message) {
  return std::unexpected(Error{.code = code, .broker_code = 0, .message = std::move(message)});
}

}  // namespace pintle::client
