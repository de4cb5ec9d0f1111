// GET_CONSUMER_CONNECTION_LIST (203) and GET_PRODUCER_CONNECTION_LIST (204): who is connected for a
// group.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "model/subscription.h"
#include "remoting/bodies/heartbeat.h"
#include "remoting/command.h"

namespace pintle::remoting {

struct ClientConnection {
  std::string client_id;
  std::string address;  // "10.0.0.1:40000"
  Language language = Language::kJava;
  int32_t version = 0;

  friend bool operator==(const ClientConnection&, const ClientConnection&) = default;
};

struct ConsumerConnections {
  std::vector<ClientConnection> connections;
  std::map<std::string, model::Subscription> subscriptions;  // by topic
  ConsumeType consume_type = ConsumeType::kPassively;
  MessageModel message_model = MessageModel::kClustering;
  ConsumeFromWhere consume_from_where = ConsumeFromWhere::kLastOffset;

  friend bool operator==(const ConsumerConnections&, const ConsumerConnections&) = default;
};

std::string EncodeConsumerConnections(const ConsumerConnections& consumers);
Result<ConsumerConnections> DecodeConsumerConnections(ByteView body);

std::string EncodeProducerConnections(const std::vector<ClientConnection>& connections);
Result<std::vector<ClientConnection>> DecodeProducerConnections(ByteView body);

// GET_ALL_PRODUCER_INFO (328): the clients of all producer groups.
struct ProducerClient {
  ClientConnection connection;
  int64_t last_seen_ms = 0;  // when it sent a heartbeat last

  friend bool operator==(const ProducerClient&, const ProducerClient&) = default;
};
using ProducerTable = std::map<std::string, std::vector<ProducerClient>>;

std::string EncodeProducerTable(const ProducerTable& groups);
Result<ProducerTable> DecodeProducerTable(ByteView body);

}  // namespace pintle::remoting
