#include "remoting/bodies/heartbeat.h"

#include "remoting/bodies/json_parts.h"
#include "remoting/bodies/subscription.h"

namespace pintle::remoting {

namespace {

void WriteConsumer(JsonWriter& out, const ConsumerData& consumer) {
  out.BeginObject();
  out.Member("consumeFromWhere", EnumName(consumer.consume_from_where));
  out.Member("consumeType", EnumName(consumer.consume_type));
  out.Member("groupName", consumer.group);
  out.Member("messageModel", EnumName(consumer.message_model));
  out.Key("subscriptionDataSet");
  out.BeginArray();
  for (const auto& subscription : consumer.subscriptions) WriteSubscription(out, subscription);
  out.EndArray();
  out.Member("unitMode", consumer.unit_mode);
  out.EndObject();
}

ConsumerData ReadConsumer(const JsonValue& value) {
  ConsumerData consumer;
  consumer.group = value.String("groupName");
  consumer.consume_type = ReadEnum(value, "consumeType", consumer.consume_type);
  consumer.message_model = ReadEnum(value, "messageModel", consumer.message_model);
  consumer.consume_from_where = ReadEnum(value, "consumeFromWhere", consumer.consume_from_where);
  for (const JsonValue& subscription : value.Items("subscriptionDataSet"))
    consumer.subscriptions.push_back(ReadSubscription(subscription));
  consumer.unit_mode = value.Bool("unitMode");
  return consumer;
}

}  // namespace

std::string EncodeHeartbeat(const Heartbeat& heartbeat) {
  JsonWriter out;
  out.BeginObject();
  out.Member("clientID", heartbeat.client_id);
  out.Key("consumerDataSet");
  out.BeginArray();
  for (const ConsumerData& consumer : heartbeat.consumers) WriteConsumer(out, consumer);
  out.EndArray();
  out.Member("heartbeatFingerprint", heartbeat.fingerprint);
  out.Key("producerDataSet");
  out.BeginArray();
  for (const std::string& group : heartbeat.producer_groups) {
    out.BeginObject();
    out.Member("groupName", group);
    out.EndObject();
  }
  out.EndArray();
  out.Member("withoutSub", heartbeat.without_sub);
  out.EndObject();
  return out.Take();
}

Result<Heartbeat> DecodeHeartbeat(ByteView body) {
  PINTLE_ASSIGN(const JsonDocument document, ParseBody("heartbeat", body));
  const JsonValue& root = document.root();
  Heartbeat heartbeat;
  heartbeat.client_id = root.String("clientID");
  for (const JsonValue& producer : root.Items("producerDataSet"))
    heartbeat.producer_groups.push_back(producer.String("groupName"));
  for (const JsonValue& consumer : root.Items("consumerDataSet"))
    heartbeat.consumers.push_back(ReadConsumer(consumer));
  heartbeat.fingerprint = static_cast<int32_t>(root.Int("heartbeatFingerprint"));
  heartbeat.without_sub = root.Bool("withoutSub");
  return heartbeat;
}

}  // namespace pintle::remoting
