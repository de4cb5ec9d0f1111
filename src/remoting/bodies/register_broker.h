// REGISTER_BROKER (103): a broker's topics. Either JSON, or compressed (the header says which):
//
//   zlib of:  length 4, data version as JSON
//             count 4, each: length 4, "name readQueues writeQueues perm filterType attributesJSON"
//             length 4, filter servers as a JSON list
//             from V5_0_0 on: count 4, each: length 4, queue mapping as JSON
//
// Big-endian.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "remoting/bodies/topic_table.h"

namespace pintle::remoting {

inline constexpr int32_t kQueueMappingVersion = 413;  // V5_0_0: from it on bodies tell of mappings
// What a compressed body may grow to.
inline constexpr size_t kRegisterBrokerBytesMax = 64 << 20;

struct RegisterBrokerBody {
  TopicTable topics;
  std::map<std::string, std::string> queue_mappings;  // static topics: topic, its mapping as JSON
  std::vector<std::string> filter_servers;

  friend bool operator==(const RegisterBrokerBody&, const RegisterBrokerBody&) = default;
};

std::string EncodeRegisterBroker(const RegisterBrokerBody& body, bool compressed,
                                 int32_t broker_version);
// `broker_version` as the request's head tells it. kMalformed; kInvalidArgument past the limit.
Result<RegisterBrokerBody> DecodeRegisterBroker(ByteView body, bool compressed,
                                                int32_t broker_version);

}  // namespace pintle::remoting
