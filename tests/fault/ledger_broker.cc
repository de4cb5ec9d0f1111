#include "tests/fault/ledger_broker.h"

#include "tests/system/pintle_process.h"

namespace pintle::testing {

std::vector<std::string> LedgerBrokerArguments(const std::string& flush,
                                               const std::string& folder) {
  std::vector<std::string> arguments = ServerArguments("start", folder);
  for (const char* setting : {"store.segment_bytes=4MiB", "store.queue_file_entries=4096",
                              "store.index_slots=1000", "store.index_entries=4000",
                              "store.disk_clean_percent=100", "store.disk_force_clean_percent=100",
                              "store.disk_full_percent=100", "store.disk_free_bytes_min=0"})
    arguments.insert(arguments.end(), {"--set", setting});
  arguments.insert(arguments.end(), {"--set", "store.flush=" + flush});
  return arguments;
}

}  // namespace pintle::testing
