// Compares our SQL92 evaluator with RocketMQ's: reads the lines of java/filter/FilterCorpus and ends
// with 1 when a verdict differs. The first argument names the test in its PASS or FAIL line.
#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <iostream>
#include <string>
#include <string_view>

#include "filter/selector_cache.h"

namespace {

using pintle::filter::Selector;

std::string Unescape(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out.push_back(text[i]);
      continue;
    }
    const char escaped = text[++i];
    out.push_back(escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped == 'r' ? '\r' : escaped);
  }
  return out;
}

char VerdictOf(pintle::filter::SelectorCache& cache, std::string_view expression,
               std::string_view properties) {
  const auto selector = cache.Get(expression);
  if (!selector) return 'C';
  switch ((*selector)->Evaluate(properties)) {
    case Selector::Verdict::kTrue:
      return 'T';
    case Selector::Verdict::kFalse:
      return 'F';
    case Selector::Verdict::kUnknown:
      return 'U';
    case Selector::Verdict::kFailed:
      return 'E';
  }
  return '?';
}

}  // namespace

int main(int argc, char** argv) {
  constexpr int kShownMax = 20;
  const std::string name = argc > 1 ? argv[1] : "filter";
  pintle::filter::SelectorCache cache;
  std::array<int, 256> counts{};
  int lines = 0;
  int differences = 0;
  for (std::string line; std::getline(std::cin, line); ++lines) {
    const size_t first = line.find('\t');
    const size_t second = line.find('\t', first + 1);
    if (first != 1 || second == std::string::npos) {
      fmt::print("FAIL {}: line {} is not of the corpus\n", name, lines + 1);
      return 1;
    }
    const std::string_view view = line;
    const std::string expression = Unescape(view.substr(first + 1, second - first - 1));
    const char ours = VerdictOf(cache, expression, Unescape(view.substr(second + 1)));
    ++counts[static_cast<uint8_t>(ours)];
    if (ours != line[0] && ++differences <= kShownMax)
      fmt::print("{}: Java says {}, we say {}: {}\n", name, line[0], ours, line.substr(2));
  }
  if (differences > 0 || lines == 0) {
    fmt::print("FAIL {}: {} of {} verdicts differ\n", name, differences, lines);
    return 1;
  }
  fmt::print("PASS {} ({} verdicts: {} true, {} false, {} null, {} fail, {} do not compile)\n",
             name, lines, counts['T'], counts['F'], counts['U'], counts['E'], counts['C']);
  return 0;
}
