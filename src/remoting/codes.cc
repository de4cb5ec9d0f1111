#include "remoting/codes.h"

namespace pintle::remoting {

std::string_view RequestCodeName(int32_t code) {
  switch (code) {
#define PINTLE_REQUEST_CODE_NAME(constant, name, number) \
  case number:                                           \
    return #name;
    PINTLE_REQUEST_CODES(PINTLE_REQUEST_CODE_NAME)
#undef PINTLE_REQUEST_CODE_NAME
    default:
      return "UNKNOWN";
  }
}

std::string_view ResponseCodeName(int32_t code) {
  switch (code) {
#define PINTLE_RESPONSE_CODE_NAME(constant, name, number) \
  case number:                                            \
    return #name;
    PINTLE_RESPONSE_CODES(PINTLE_RESPONSE_CODE_NAME)
#undef PINTLE_RESPONSE_CODE_NAME
    default:
      return "UNKNOWN";
  }
}

ResponseCode ResponseCodeOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return ResponseCode::kInvalidParameter;
    // Java answers whatever it could not decode, and whatever broke inside, with SYSTEM_ERROR.
    case ErrorCode::kMalformed:
    case ErrorCode::kAlreadyExists:
    case ErrorCode::kTimeout:
    case ErrorCode::kIo:
    case ErrorCode::kCorrupt:
    case ErrorCode::kInternal:
      return ResponseCode::kSystemError;
    case ErrorCode::kNotFound:
      return ResponseCode::kQueryNotFound;
    case ErrorCode::kPermissionDenied:
      return ResponseCode::kNoPermission;
    // Producers try another broker on each of these three.
    case ErrorCode::kUnavailable:
    case ErrorCode::kNoSpace:
    case ErrorCode::kClosed:
      return ResponseCode::kServiceNotAvailable;
    case ErrorCode::kOverloaded:
    case ErrorCode::kBusy:
      return ResponseCode::kSystemBusy;
    case ErrorCode::kUnsupported:
      return ResponseCode::kRequestCodeNotSupported;
  }
  return ResponseCode::kSystemError;
}

}  // namespace pintle::remoting
