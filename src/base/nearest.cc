#include "base/nearest.h"

#include <algorithm>
#include <array>
#include <utility>

namespace pintle {

namespace {

// Rows of the distance table live on the stack; longer names are never near enough to matter.
constexpr size_t kNameMax = 256;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

size_t EditDistance(std::string_view a, std::string_view b, size_t bound) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() > kNameMax || b.size() - a.size() > bound) return bound + 1;

  std::array<std::array<size_t, kNameMax + 1>, 3> rows;
  size_t* before = rows[0].data();
  size_t* previous = rows[1].data();
  size_t* current = rows[2].data();
  for (size_t j = 0; j <= b.size(); ++j) previous[j] = j;

  for (size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    size_t row_min = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const bool same = Lower(a[i - 1]) == Lower(b[j - 1]);
      size_t best = std::min(previous[j] + 1, current[j - 1] + 1);
      best = std::min(best, previous[j - 1] + (same ? 0 : 1));
      if (i > 1 && j > 1 && Lower(a[i - 1]) == Lower(b[j - 2]) &&
          Lower(a[i - 2]) == Lower(b[j - 1]))
        best = std::min(best, before[j - 2] + 1);
      current[j] = best;
      row_min = std::min(row_min, best);
    }
    if (row_min > bound) return bound + 1;
    size_t* const freed = before;
    before = previous;
    previous = current;
    current = freed;
  }
  return std::min(previous[b.size()], bound + 1);
}

void NearestNames::Offer(std::string_view name) {
  const size_t letters = std::max(wanted_.size(), name.size());
  size_t bound = std::min<size_t>(3, letters / 3);
  // Once the list is full only a nearer name is of interest, and the search for one stops earlier.
  if (best_.size() == max_ && max_ > 0) bound = std::min(bound, best_.back().distance);
  if (max_ == 0) return;
  const size_t distance = EditDistance(wanted_, name, bound);
  if (distance > bound) return;
  Candidate candidate{distance, std::string(name)};
  best_.insert(std::lower_bound(best_.begin(), best_.end(), candidate), std::move(candidate));
  if (best_.size() > max_) best_.pop_back();
}

std::vector<std::string> NearestNames::Take() {
  std::vector<std::string> names;
  for (Candidate& candidate : best_) names.push_back(std::move(candidate.name));
  best_.clear();
  return names;
}

std::string QuotedAlternatives(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += '"' + names[i] + '"';
  }
  return text;
}

}  // namespace pintle
