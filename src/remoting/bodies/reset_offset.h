// RESET_CONSUMER_CLIENT_OFFSET (220), the answer to INVOKE_BROKER_TO_RESET_OFFSET (222) and what
// 221 answers: an offset for each queue.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "model/queue.h"
#include "remoting/json.h"

namespace pintle::remoting {

using QueueOffsets = std::map<model::MessageQueue, int64_t>;

// {"offsetTable":{{"brokerName":"b","queueId":0,"topic":"t"}:7}}
std::string EncodeResetOffset(const QueueOffsets& offsets, JsonStyle style = JsonStyle::kLegacy);
// {"offsetTable":[{"brokerName":"b","offset":7,"queueId":0,"topic":"t"}]}: what C++ clients read.
std::string EncodeResetOffsetForCpp(const QueueOffsets& offsets);
// Either form.
Result<QueueOffsets> DecodeResetOffset(ByteView body);

}  // namespace pintle::remoting
