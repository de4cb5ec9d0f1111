// Reads back what a broker has and holds it against the ledger.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "tests/fault/ledger.h"

namespace pintle::testing {

// Threads: one thread, the owner.
class LedgerReader {
 public:
  explicit LedgerReader(Ledger& ledger) : ledger_(ledger) {}

  enum class Extent : uint8_t { kNew, kAll, kNewWhileSending };
  // Reads every queue of the ledger's topics, from where the last reading ended or from the
  // beginning, and complains in the ledger of whatever is lost, foreign, doubled, moved or out of
  // order; while somebody sends, not of what is lost. Commits where it ended for its group. False when the broker cannot be read at all.
  bool ReadBack(const std::string& name_server, Extent extent);

  // What the group has committed must be what was committed last (after a clean stop), or something
  // committed before (a kill may lose the last few seconds of it).
  void CheckCommitted(const std::string& name_server, bool clean_stop);

 private:
  Ledger& ledger_;
  std::map<LedgerQueue, int64_t> committed_;
};

}  // namespace pintle::testing
