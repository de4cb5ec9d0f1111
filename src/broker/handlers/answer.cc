#include "broker/handlers/answer.h"

namespace pintle::broker {

remoting::ResponseCode CodeOf(RefusalCode code) {
  using remoting::ResponseCode;
  switch (code) {
    case RefusalCode::kInternal:
      return ResponseCode::kSystemError;
    case RefusalCode::kBusy:
      return ResponseCode::kSystemBusy;
    case RefusalCode::kUnavailable:
      return ResponseCode::kServiceNotAvailable;
    case RefusalCode::kUnsupported:
      return ResponseCode::kRequestCodeNotSupported;
    case RefusalCode::kMessageIllegal:
      return ResponseCode::kMessageIllegal;
    case RefusalCode::kInvalidParameter:
      return ResponseCode::kInvalidParameter;
    case RefusalCode::kNoPermission:
      return ResponseCode::kNoPermission;
    case RefusalCode::kTopicMissing:
      return ResponseCode::kTopicNotExist;
    case RefusalCode::kGroupMissing:
      return ResponseCode::kSubscriptionGroupNotExist;
    case RefusalCode::kSubscriptionMissing:
      return ResponseCode::kSubscriptionNotExist;
    case RefusalCode::kSubscriptionStale:
      return ResponseCode::kSubscriptionNotLatest;
    case RefusalCode::kSubscriptionMalformed:
      return ResponseCode::kSubscriptionParseFailed;
    case RefusalCode::kFilterMissing:
      return ResponseCode::kFilterDataNotExist;
    case RefusalCode::kTooLate:
      return ResponseCode::kIllegalOperation;
    case RefusalCode::kNotFound:
      return ResponseCode::kQueryNotFound;
    case RefusalCode::kConsumerOffline:
      return ResponseCode::kConsumerNotOnline;
  }
  return ResponseCode::kSystemError;
}

}  // namespace pintle::broker
