// GET_BROKER_CLUSTER_INFO (106) and GET_BROKER_MEMBER_GROUP (901): which brokers there are.
#pragma once

#include <map>
#include <set>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "model/route.h"
#include "remoting/json.h"

namespace pintle::remoting {

struct ClusterInfo {
  std::map<std::string, model::BrokerRoute> brokers;      // by broker name
  std::map<std::string, std::set<std::string>> clusters;  // cluster: broker names

  friend bool operator==(const ClusterInfo&, const ClusterInfo&) = default;
};

std::string EncodeClusterInfo(const ClusterInfo& info, JsonStyle style = JsonStyle::kLegacy);
Result<ClusterInfo> DecodeClusterInfo(ByteView body);

// {"brokerMemberGroup":{"brokerAddrs":{0:"..."},"brokerName":"b","cluster":"c"}}; of `group`
// cluster, name and addresses count.
std::string EncodeBrokerMemberGroup(const model::BrokerRoute& group);
Result<model::BrokerRoute> DecodeBrokerMemberGroup(ByteView body);

}  // namespace pintle::remoting
