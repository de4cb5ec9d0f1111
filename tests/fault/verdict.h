// The line that a fault run ends with.
#pragma once

#include <string>

#include "tests/fault/ledger.h"

namespace pintle::testing {

// Prints `PASS name (detail)`, or `FAIL name (detail)` and the ledger's complaints; true on PASS.
bool Conclude(const std::string& name, const std::string& detail, const Ledger& ledger);

}  // namespace pintle::testing
