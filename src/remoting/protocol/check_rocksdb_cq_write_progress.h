// CHECK_ROCKSDB_CQ_WRITE_PROGRESS (354): compare the consume queues in files with those in RocksDB.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct CheckRocksdbCqWriteProgressRequest {
  std::string topic;
  int64_t check_store_timestamp = 0;

  static constexpr auto kFields = std::tuple(
      Required("topic", &CheckRocksdbCqWriteProgressRequest::topic),
      Optional("checkStoreTime", &CheckRocksdbCqWriteProgressRequest::check_store_timestamp));
};

}  // namespace pintle::remoting
