// GET_ROUTEINFO_BY_TOPIC (105): where a topic's queues are.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "model/route.h"
#include "remoting/json.h"

namespace pintle::remoting {

// From this version on a client reads standard JSON; older ones read bare integer keys alone.
inline constexpr int32_t kStandardJsonVersion = 401;  // V4_9_4

// How to answer a client of `version`, which may have said that it reads standard JSON alone.
constexpr JsonStyle RouteStyle(int32_t version, bool accept_standard_json_only) {
  return accept_standard_json_only || version >= kStandardJsonVersion ? JsonStyle::kStandard
                                                                      : JsonStyle::kLegacy;
}

std::string EncodeTopicRoute(const model::TopicRoute& route, JsonStyle style);
// Either style. Members of a broker set whose id is no number are kMalformed.
Result<model::TopicRoute> DecodeTopicRoute(ByteView body);

// {"brokerAddrs":{0:"10.0.0.1:10911"},"brokerName":"b",...}
void WriteBrokerRoute(JsonWriter& out, const model::BrokerRoute& broker);
Result<model::BrokerRoute> ReadBrokerRoute(const JsonValue& value);

}  // namespace pintle::remoting
