// Everything that can be set, as the parts take it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/log.h"
#include "broker/broker_options.h"
#include "namesrv/name_server_options.h"
#include "net/connection.h"
#include "net/endpoint.h"
#include "store/store_options.h"

namespace pintle::main {

// What a message's acknowledgement waits for unless `store.flush` says otherwise.
inline constexpr store::FlushMode kDefaultFlush = store::FlushMode::kAsync;

struct Config {
  Config() {
    broker.name.clear();
    store.flush = kDefaultFlush;
  }

  std::string data_dir;  // empty until LoadConfig() chose it

  net::Endpoint namesrv_listen{.host = "0.0.0.0", .port = 9876};
  namesrv::NameServerOptions namesrv;

  net::Endpoint broker_listen{.host = "0.0.0.0", .port = 10911};
  std::string broker_advertise;  // "host" or "host:port"; empty: chosen at start
  bool broker_vip = true;        // also listen on the port two below
  broker::BrokerOptions broker;  // an empty name: the host's

  store::StoreOptions store;

  int32_t loops = 0;  // 0: one per core
  int32_t connections_max = 20'000;
  int64_t in_flight_bytes_max = 512 << 20;  // of all connections
  int32_t requests_in_flight_max = 65'536;  // of one connection, held pulls among them
  net::ConnectionLimits connection;
  int64_t drain_ms = 5'000;  // how long a stop waits for answers to leave

  LogOptions log;
};

}  // namespace pintle::main
