// Which known name somebody may have meant.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pintle {

// How many insertions, deletions, replacements and swaps of neighbours lead from `a` to `b`
// (optimal string alignment over bytes, letters without case), or `bound` + 1 when it takes more
// than `bound`.
size_t EditDistance(std::string_view a, std::string_view b, size_t bound);

// Collects the names nearest to one that does not exist. A name is near when at most a third of its
// letters, and at most 3, differ. Threads: one thread, the owner.
class NearestNames {
 public:
  NearestNames(std::string_view wanted, size_t max) : wanted_(wanted), max_(max) {}

  void Offer(std::string_view name);
  // Nearest first; equally near ones in alphabetical order.
  std::vector<std::string> Take();

 private:
  struct Candidate {
    size_t distance;
    std::string name;
    friend auto operator<=>(const Candidate&, const Candidate&) = default;
  };

  std::string wanted_;
  size_t max_;
  std::vector<Candidate> best_;  // sorted, at most max_
};

// ["broker.name", "broker.names"] -> `"broker.name" or "broker.names"`; empty for none.
std::string QuotedAlternatives(const std::vector<std::string>& names);

}  // namespace pintle
