// How a store is laid out and when its bytes become durable. Names in RocketMQ's configuration are
// given where they exist.
#pragma once

#include <cstdint>
#include <string>

#include "model/delay_levels.h"

namespace pintle::store {

enum class FlushMode : uint8_t { kAsync, kSync };

// A set of hours of the day, 0 to 23.
struct HoursOfDay {
  uint32_t bits = 0;

  void Add(int32_t hour) { bits |= uint32_t{1} << hour; }
  bool Has(int32_t hour) const { return (bits >> hour & 1) != 0; }
};

struct StoreOptions {
  std::string path;                          // storePathRootDir
  int64_t segment_bytes = int64_t{1} << 30;  // mappedFileSizeCommitLog
  int32_t queue_file_entries = 300'000;      // mappedFileSizeConsumeQueue / 20
  int32_t index_slots = 5'000'000;           // maxHashSlotNum
  int32_t index_entries = 20'000'000;        // maxIndexNum
  bool index_enable = true;                  // messageIndexEnable
  FlushMode flush = FlushMode::kAsync;       // flushDiskType
  int64_t flush_interval_ms = 500;           // flushIntervalCommitLog: async, upper bound in time
  int64_t flush_bytes_max = int64_t{64} << 20;  // async: upper bound in unflushed bytes
  int64_t append_wait_ms = 2'000;  // an append waits so long for a disk that stalls; 0: not at all
  int64_t queue_flush_interval_ms = 1'000;          // flushIntervalConsumeQueue
  bool check_crc_on_recover = true;                 // checkCRCOnRecover
  int32_t message_bytes_max = 4 << 20;              // maxMessageSize: body
  HoursOfDay delete_hours{1 << 4};                  // deleteWhen
  int32_t reserved_hours = 72;                      // fileReservedTime
  int32_t disk_clean_percent = 75;                  // diskMaxUsedSpaceRatio
  int32_t disk_force_clean_percent = 85;            // diskSpaceCleanForciblyRatio
  int32_t disk_full_percent = 90;                   // diskSpaceWarningLevelRatio
  int64_t disk_free_bytes_min = int64_t{64} << 20;  // refuse writes below, whatever the percentage
  int32_t pretouch_bytes = 64 << 20;        // kept touched ahead of the writer at most; 0 = off
  int64_t checkpoint_interval_ms = 10'000;  // between recovery points: bounds the scan at start
  int64_t unwritten_entries_max = int64_t{3} << 19;  // queue entries in memory: 36 MiB
  int32_t open_queue_files_max = 256;                // descriptors for consume queue files
  // messageDelayLevel: delay of level 1, 2, ... in ms. Entries of the schedule topic hold due
  // times.
  model::DelayLevels delay_levels_ms = model::DefaultDelayLevels();
  // False: no thread of its own; the owner calls RunUpkeep(). For simulation.
  bool background_threads = true;
};

}  // namespace pintle::store
