// The broker that a ledger is kept of: how it is started.
#pragma once

#include <string>
#include <vector>

namespace pintle::testing {

// Arguments with small files, so that faults meet their beginnings and ends too. However full the
// disk is that the tests run on, nothing is deleted for it: the ledger would miss that.
std::vector<std::string> LedgerBrokerArguments(const std::string& flush, const std::string& folder);

}  // namespace pintle::testing
