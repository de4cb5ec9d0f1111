// Request and response codes of RocketMQ's remoting protocol, with their names.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"

namespace pintle::remoting {

// X(NAME, number): every code that RocketMQ 5.x defines, also those that we do not serve.
#define PINTLE_REQUEST_CODES(X)      \
  X(SEND_MESSAGE, 10)                \
  X(PULL_MESSAGE, 11)                \
  X(QUERY_MESSAGE, 12)
// (completed by request_codes.inc)

enum class ResponseCode : int32_t {
  kSuccess = 0,
  kSystemError = 1,
  kSystemBusy = 2,
  kRequestCodeNotSupported = 3,
  kTransactionFailed = 4,
  kFlushDiskTimeout = 10,
  kSlaveNotAvailable = 11,
  kFlushSlaveTimeout = 12,
  kMessageIllegal = 13,
  kServiceNotAvailable = 14,
  kVersionNotSupported = 15,
  kNoPermission = 16,
  kTopicNotExist = 17,
  kTopicExistAlready = 18,
  kPullNotFound = 19,
  kPullRetryImmediately = 20,
  kPullOffsetMoved = 21,
  kQueryNotFound = 22,
  kSubscriptionParseFailed = 23,
  kSubscriptionNotExist = 24,
  kSubscriptionNotLatest = 25,
  kSubscriptionGroupNotExist = 26,
  kFilterDataNotExist = 27,
  kFilterDataNotLatest = 28,
  kInvalidParameter = 29,
  kConsumerNotOnline = 206,
  kConsumeMsgTimeout = 207,
  kNoMessage = 208,
  kPollingFull = 209,
  kPollingTimeout = 210,
  kBrokerNotExist = 211,
  kBrokerDispatchNotComplete = 212,
  kBroadcastConsumption = 213,
  kFlowControl = 215,
  kNotLeaderForQueue = 501,
  kIllegalOperation = 604,
  kGoAway = 1500,
};

// "PULL_MESSAGE" for 11; "UNKNOWN" for a number that RocketMQ does not define.
std::string_view RequestCodeName(int32_t code);

// How an error of ours reads on the wire where a handler did not choose a code itself.
ResponseCode ResponseCodeOf(ErrorCode code);

}  // namespace pintle::remoting
