// How a name server is set up. Names in RocketMQ's configuration are given where they exist.
#pragma once

#include <cstdint>
#include <string>

#include "namesrv/settings.h"

namespace pintle::namesrv {

struct NameServerOptions {
  std::string kv_path;                  // kvConfigPath: the key-value table's file
  int64_t scan_interval_ms = 5'000;     // scanNotActiveBrokerInterval: looking for dead brokers
  size_t route_cache_bytes = 32 << 20;  // encoded routes kept for the next reader
  SettingValues settings;
};

}  // namespace pintle::namesrv
