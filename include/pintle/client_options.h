// What every producer and consumer needs to know.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pintle::client {

enum class HeaderEncoding : uint8_t { kJson, kBinary };

struct ClientOptions {
  std::vector<std::string> name_servers;  // "host:port"; empty: NAMESRV_ADDR, split at ';'
  std::string instance_name;              // part of the client id; empty: process id and a counter
  int64_t request_timeout_ms = 3'000;
  int64_t connect_timeout_ms = 3'000;
  int64_t route_refresh_ms = 30'000;
  int64_t heartbeat_ms = 30'000;
  HeaderEncoding encoding = HeaderEncoding::kBinary;
  // Set: brokers know each topic and group of this client as "NAMESPACE%NAME"; the names in calls,
  // messages and queues stay without it. What the broker itself keeps is in no namespace.
  std::string name_space;
  // Producers and push consumers tell what became of each message, for `mqadmin queryMsgTraceById`: in
  // messages to `trace_topic`, sent in the background by a producer of their own. What cannot be
  // sent is dropped; it holds nothing up.
  bool trace = false;
  std::string trace_topic = "RMQ_SYS_TRACE_TOPIC";
};

}  // namespace pintle::client
