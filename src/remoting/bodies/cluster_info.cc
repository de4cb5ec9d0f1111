#include "remoting/bodies/cluster_info.h"

#include "remoting/bodies/json_parts.h"
#include "remoting/bodies/topic_route.h"

namespace pintle::remoting {

std::string EncodeClusterInfo(const ClusterInfo& info, JsonStyle style) {
  JsonWriter out(style);
  out.BeginObject();
  out.Key("brokerAddrTable");
  out.BeginObject();
  for (const auto& [name, broker] : info.brokers) {
    out.Key(name);
    WriteBrokerRoute(out, broker);
  }
  out.EndObject();
  out.Key("clusterAddrTable");
  out.BeginObject();
  for (const auto& [cluster, brokers] : info.clusters) {
    out.Key(cluster);
    WriteStrings(out, {brokers.begin(), brokers.end()});
  }
  out.EndObject();
  out.EndObject();
  return out.Take();
}

Result<ClusterInfo> DecodeClusterInfo(ByteView body) {
  PINTLE_ASSIGN(const JsonDocument document, ParseBody("cluster info", body));
  ClusterInfo info;
  for (const JsonMember& member : document.root().Members("brokerAddrTable")) {
    PINTLE_ASSIGN(model::BrokerRoute broker, ReadBrokerRoute(member.value));
    info.brokers.insert_or_assign(std::string(member.key.text()), std::move(broker));
  }
  for (const JsonMember& member : document.root().Members("clusterAddrTable")) {
    auto& brokers = info.clusters[std::string(member.key.text())];
    for (const JsonValue& name : member.value.items()) brokers.emplace(name.text());
  }
  return info;
}

std::string EncodeBrokerMemberGroup(const model::BrokerRoute& group) {
  JsonWriter out;
  out.BeginObject();
  out.Key("brokerMemberGroup");
  out.BeginObject();
  out.Key("brokerAddrs");
  out.BeginObject();
  for (const auto& [id, address] : group.addresses) {
    out.Key(id);
    out.String(address);
  }
  out.EndObject();
  out.Member("brokerName", group.broker_name);
  out.Member("cluster", group.cluster);
  out.EndObject();
  out.EndObject();
  return out.Take();
}

Result<model::BrokerRoute> DecodeBrokerMemberGroup(ByteView body) {
  PINTLE_ASSIGN(const JsonDocument document, ParseBody("broker member group", body));
  const JsonValue* group = document.root().Find("brokerMemberGroup");
  if (group == nullptr) return model::BrokerRoute{};
  return ReadBrokerRoute(*group);
}

}  // namespace pintle::remoting
