// What a load generator is to do, and what it measured.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/histogram.h"
#include "pintle/client_options.h"

namespace pintle::client {

// One queue under load and the broker that has it.
struct LoadTarget {
  std::string address;  // "host:port"
  std::string broker_name;
  std::string topic;
  int32_t queue_id = 0;
  int64_t start_offset = 0;  // for consumers
};

struct LoadOptions {
  std::vector<LoadTarget> targets;  // at least one
  HeaderEncoding encoding = HeaderEncoding::kBinary;
  // Threads of the generator. 0: one, and in an open loop with consumers one of their own, for a
  // producer naps until the next message is due.
  int32_t loops = 0;

  // Producers.
  int32_t producer_connections = 0;
  int32_t in_flight = 64;    // requests under way on each connection; closed loop
  double rate = 0;           // messages/s of all producers together; 0: closed loop
  size_t body_bytes = 128;   // of one message
  bool random_body = false;  // bytes that do not compress; else text
  bool compress = false;     // zlib, when it makes the body smaller
  int32_t batch = 1;         // messages in one request
  int32_t keys = 0;          // keys on each message
  int32_t properties = 0;    // user properties of 16 bytes on each message
  std::string group = "PINTLE_BENCH";

  // Consumers.
  int32_t consumer_connections = 0;
  int32_t pull_batch = 32;
  bool hold = true;     // empty pulls are held by the broker (else: a queue's end ends it)
  bool repeat = false;  // without hold: a queue's end leads back to its start
  std::string sql;      // a SQL92 filter; empty: everything

  int64_t warmup_ms = 1'000;
  int64_t duration_ms = 5'000;
};

struct LoadReport {
  double seconds = 0;
  int64_t produced = 0;               // messages acknowledged in the window
  int64_t consumed = 0;               // messages received in the window
  int64_t passed = 0;                 // messages that pulls went past in the window, taken or not
  int64_t produced_bytes = 0;         // of bodies
  int64_t consumed_bytes = 0;         // of records
  std::map<int32_t, int64_t> errors;  // response code -> answers
  int64_t broken_connections = 0;
  Histogram send_latency_ns;      // from the (intended) send time to the answer
  Histogram delivery_latency_ns;  // from the (intended) send time to the consumer
  Histogram lateness_ns;          // open loop: how late the generator itself sent
  int64_t skipped_sends = 0;      // open loop: due, but too many were under way
  double generator_cpu_seconds = 0;
  bool generator_limited = false;  // its threads had no idle time: the figures are its own
};

// How far it is; told once a second.
struct LoadProgress {
  double elapsed_seconds = 0;
  int64_t produced = 0;
  int64_t consumed = 0;
};

}  // namespace pintle::client
