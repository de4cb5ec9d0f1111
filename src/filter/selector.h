// Which messages a SQL92 subscription takes.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "filter/expression.h"

namespace pintle::filter {

inline constexpr size_t kExpressionBytesMax = 64 << 10;

// Threads: const after construction.
class Selector {
 public:
  using Verdict = filter::Verdict;

  // kInvalidArgument: the expression does not compile; the message tells where and why.
  static Result<std::shared_ptr<const Selector>> Compile(std::string_view expression);

  // `properties` is the text of a message's properties.
  Verdict Evaluate(std::string_view properties) const;
  bool Matches(std::string_view properties) const { return Evaluate(properties) == Verdict::kTrue; }

 private:
  explicit Selector(Expression expression) : expression_(std::move(expression)) {}

  const Expression expression_;
};

}  // namespace pintle::filter
