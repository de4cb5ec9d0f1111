#include "remoting/bodies/topic_route.h"

#include "remoting/bodies/json_parts.h"

namespace pintle::remoting {

namespace {

void WriteQueueRoute(JsonWriter& out, const model::QueueRoute& queue) {
  out.BeginObject();
  out.Member("brokerName", queue.broker_name);
  out.Member("perm", queue.perm);
  out.Member("readQueueNums", queue.read_queues);
  out.Member("topicSysFlag", queue.topic_sys_flag);
  out.Member("writeQueueNums", queue.write_queues);
  out.EndObject();
}

model::QueueRoute ReadQueueRoute(const JsonValue& value) {
  model::QueueRoute queue;
  queue.broker_name = value.String("brokerName");
  queue.perm = static_cast<int32_t>(value.Int("perm"));
  queue.read_queues = static_cast<int32_t>(value.Int("readQueueNums"));
  // RocketMQ before 4.8 spelled it so.
  queue.topic_sys_flag = static_cast<int32_t>(value.Int("topicSysFlag", value.Int("topicSynFlag")));
  queue.write_queues = static_cast<int32_t>(value.Int("writeQueueNums"));
  return queue;
}

// Kept as text, written in the route's own style.
void WriteMapping(JsonWriter& out, const std::string& text) {
  const auto document = JsonDocument::Parse(text);
  if (document) {
    WriteJsonValue(out, document->root());
  } else {
    out.Null();
  }
}

}  // namespace

void WriteBrokerRoute(JsonWriter& out, const model::BrokerRoute& broker) {
  out.BeginObject();
  out.Key("brokerAddrs");
  out.BeginObject();
  for (const auto& [id, address] : broker.addresses) {
    out.Key(id);
    out.String(address);
  }
  out.EndObject();
  out.Member("brokerName", broker.broker_name);
  out.Member("cluster", broker.cluster);
  out.Member("enableActingMaster", broker.enable_acting_master);
  if (!broker.zone_name.empty()) out.Member("zoneName", broker.zone_name);
  out.EndObject();
}

Result<model::BrokerRoute> ReadBrokerRoute(const JsonValue& value) {
  model::BrokerRoute broker;
  broker.cluster = value.String("cluster");
  broker.broker_name = value.String("brokerName");
  for (const JsonMember& member : value.Members("brokerAddrs")) {
    const auto id = member.key.AsInt();
    if (!id)
      return Malformed("broker {}: the id \"{}\" is no number", broker.broker_name,
                       member.key.text());
    broker.addresses[*id] = member.value.text();
  }
  broker.enable_acting_master = value.Bool("enableActingMaster");
  broker.zone_name = value.String("zoneName");
  return broker;
}

std::string EncodeTopicRoute(const model::TopicRoute& route, JsonStyle style) {
  JsonWriter out(style);
  out.BeginObject();
  out.Key("brokerDatas");
  out.BeginArray();
  for (const auto& broker : route.brokers) WriteBrokerRoute(out, broker);
  out.EndArray();
  out.Key("filterServerTable");
  out.BeginObject();
  for (const auto& [address, servers] : route.filter_servers) {
    out.Key(address);
    WriteStrings(out, servers);
  }
  out.EndObject();
  if (!route.order_topic_conf.empty()) out.Member("orderTopicConf", route.order_topic_conf);
  out.Key("queueDatas");
  out.BeginArray();
  for (const auto& queue : route.queues) WriteQueueRoute(out, queue);
  out.EndArray();
  if (!route.queue_mappings.empty()) {
    out.Key("topicQueueMappingByBroker");
    out.BeginObject();
    for (const auto& [broker, mapping] : route.queue_mappings) {
      out.Key(broker);
      WriteMapping(out, mapping);
    }
    out.EndObject();
  }
  out.EndObject();
  return out.Take();
}

Result<model::TopicRoute> DecodeTopicRoute(ByteView body) {
  PINTLE_ASSIGN(const JsonDocument document, ParseBody("topic route", body));
  const JsonValue& root = document.root();
  model::TopicRoute route;
  route.order_topic_conf = root.String("orderTopicConf");
  for (const JsonValue& queue : root.Items("queueDatas"))
    route.queues.push_back(ReadQueueRoute(queue));
  for (const JsonValue& value : root.Items("brokerDatas")) {
    PINTLE_ASSIGN(model::BrokerRoute broker, ReadBrokerRoute(value));
    route.brokers.push_back(std::move(broker));
  }
  for (const JsonMember& member : root.Members("filterServerTable"))
    route.filter_servers[std::string(member.key.text())] = ReadStrings(member.value.items());
  for (const JsonMember& member : root.Members("topicQueueMappingByBroker"))
    route.queue_mappings[std::string(member.key.text())] = JsonText(member.value);
  return route;
}

}  // namespace pintle::remoting
