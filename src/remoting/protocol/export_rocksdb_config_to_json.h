// EXPORT_ROCKSDB_CONFIG_TO_JSON (355): write the configuration kept in RocksDB as JSON files.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct ExportRocksdbConfigToJsonRequest {
  std::string config_type;

  static constexpr auto kFields =
      std::tuple(Required("configType", &ExportRocksdbConfigToJsonRequest::config_type));
};

}  // namespace pintle::remoting
