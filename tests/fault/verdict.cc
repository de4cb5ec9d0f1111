#include "tests/fault/verdict.h"

#include <fmt/format.h>

namespace pintle::testing {

bool Conclude(const std::string& name, const std::string& detail, const Ledger& ledger) {
  const int64_t complaints = ledger.complaint_count();
  fmt::print("{} {} ({})\n", complaints == 0 ? "PASS" : "FAIL", name, detail);
  for (const std::string& complaint : ledger.complaints()) fmt::print("  {}\n", complaint);
  if (complaints > static_cast<int64_t>(ledger.complaints().size()))
    fmt::print("  ... {} complaints in all\n", complaints);
  return complaints == 0;
}

}  // namespace pintle::testing
