#include "broker/refusal.h"

namespace pintle::broker {
namespace {

RefusalCode ToRefusalCode(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return RefusalCode::kInvalidParameter;
    case ErrorCode::kMalformed:
      return RefusalCode::kMessageIllegal;
    case ErrorCode::kNotFound:
      return RefusalCode::kNotFound;
    case ErrorCode::kPermissionDenied:
      return RefusalCode::kNoPermission;
    case ErrorCode::kUnavailable:
    case ErrorCode::kNoSpace:
    case ErrorCode::kClosed:
      return RefusalCode::kUnavailable;
    case ErrorCode::kOverloaded:
    case ErrorCode::kBusy:
      return RefusalCode::kBusy;
    case ErrorCode::kUnsupported:
      return RefusalCode::kUnsupported;
    case ErrorCode::kAlreadyExists:
    case ErrorCode::kTimeout:
    case ErrorCode::kIo:
    case ErrorCode::kCorrupt:
    case ErrorCode::kInternal:
      return RefusalCode::kInternal;
  }
  return RefusalCode::kInternal;
}

}  // namespace

Refusal ToRefusal(const Error& error) { return {ToRefusalCode(error.code), error.message}; }

}  // namespace pintle::broker
