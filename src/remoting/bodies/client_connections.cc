#include "remoting/bodies/client_connections.h"

#include "remoting/bodies/json_parts.h"
#include "remoting/bodies/subscription.h"

namespace pintle::remoting {

namespace {

void WriteConnections(JsonWriter& out, const std::vector<ClientConnection>& connections) {
  out.BeginArray();
  for (const ClientConnection& connection : connections) {
    out.BeginObject();
    out.Member("clientAddr", connection.address);
    out.Member("clientId", connection.client_id);
    out.Member("language", LanguageName(connection.language));
    out.Member("version", connection.version);
    out.EndObject();
  }
  out.EndArray();
}

std::vector<ClientConnection> ReadConnections(std::span<const JsonValue> items) {
  std::vector<ClientConnection> connections;
  connections.reserve(items.size());
  for (const JsonValue& item : items) {
    ClientConnection connection;
    connection.address = item.String("clientAddr");
    connection.client_id = item.String("clientId");
    connection.language = LanguageOf(item.String("language"));
    connection.version = static_cast<int32_t>(item.Int("version"));
    connections.push_back(std::move(connection));
  }
  return connections;
}

}  // namespace

std::string EncodeConsumerConnections(const ConsumerConnections& consumers) {
  JsonWriter out;
  out.BeginObject();
  out.Key("connectionSet");
  WriteConnections(out, consumers.connections);
  out.Member("consumeFromWhere", EnumName(consumers.consume_from_where));
  out.Member("consumeType", EnumName(consumers.consume_type));
  out.Member("messageModel", EnumName(consumers.message_model));
  out.Key("subscriptionTable");
  out.BeginObject();
  for (const auto& [topic, subscription] : consumers.subscriptions) {
    out.Key(topic);
    WriteSubscription(out, subscription);
  }
  out.EndObject();
  out.EndObject();
  return out.Take();
}

Result<ConsumerConnections> DecodeConsumerConnections(ByteView body) {
  PINTLE_ASSIGN(const JsonDocument document, ParseBody("consumer connections", body));
  const JsonValue& root = document.root();
  ConsumerConnections consumers;
  consumers.connections = ReadConnections(root.Items("connectionSet"));
  for (const JsonMember& member : root.Members("subscriptionTable"))
    consumers.subscriptions[std::string(member.key.text())] = ReadSubscription(member.value);
  consumers.consume_type = ReadEnum(root, "consumeType", consumers.consume_type);
  consumers.message_model = ReadEnum(root, "messageModel", consumers.message_model);
  consumers.consume_from_where = ReadEnum(root, "consumeFromWhere", consumers.consume_from_where);
  return consumers;
}

std::string EncodeProducerConnections(const std::vector<ClientConnection>& connections) {
  JsonWriter out;
  out.BeginObject();
  out.Key("connectionSet");
  WriteConnections(out, connections);
  out.EndObject();
  return out.Take();
}

Result<std::vector<ClientConnection>> DecodeProducerConnections(ByteView body) {
  PINTLE_ASSIGN(const JsonDocument document, ParseBody("producer connections", body));
  return ReadConnections(document.root().Items("connectionSet"));
}

std::string EncodeProducerTable(const ProducerTable& groups) {
  JsonWriter out;
  out.BeginObject();
  out.Key("data");
  out.BeginObject();
  for (const auto& [group, clients] : groups) {
    out.Key(group);
    out.BeginArray();
    for (const ProducerClient& client : clients) {
      out.BeginObject();
      out.Member("clientId", client.connection.client_id);
      out.Member("language", LanguageName(client.connection.language));
      out.Member("lastUpdateTimestamp", client.last_seen_ms);
      out.Member("remoteIP", client.connection.address);
      out.Member("version", client.connection.version);
      out.EndObject();
    }
    out.EndArray();
  }
  out.EndObject();
  out.EndObject();
  return out.Take();
}

Result<ProducerTable> DecodeProducerTable(ByteView body) {
  PINTLE_ASSIGN(const JsonDocument document, ParseBody("producers", body));
  ProducerTable groups;
  for (const JsonMember& member : document.root().Members("data")) {
    auto& clients = groups[std::string(member.key.text())];
    for (const JsonValue& item : member.value.items()) {
      ProducerClient client;
      client.connection.client_id = item.String("clientId");
      client.connection.address = item.String("remoteIP");
      client.connection.language = LanguageOf(item.String("language"));
      client.connection.version = static_cast<int32_t>(item.Int("version"));
      client.last_seen_ms = item.Int("lastUpdateTimestamp");
      clients.push_back(std::move(client));
    }
  }
  return groups;
}

}  // namespace pintle::remoting
