#include "filter/selector.h"

#include <array>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "filter/parser.h"
#include "model/property_reader.h"

namespace pintle::filter {
Result<std::shared_ptr<const Selector>> Selector::Compile(std::string_view expression) {
  if (expression.size() > kExpressionBytesMax) {
    return Fail(ErrorCode::kInvalidArgument,
                "Invalid MessageSelector. It has {} bytes, and {} are allowed", expression.size(),
                kExpressionBytesMax);
  }
  PINTLE_ASSIGN(Expression compiled, ParseExpression(expression));
  return std::shared_ptr<const Selector>(new Selector(std::move(compiled)));
}

Selector::Verdict Selector::Evaluate(std::string_view properties) const {
  constexpr size_t kFew = 16;
  const auto& names = expression_.property_names();
  if (names.size() <= kFew) {
    std::array<std::string_view, kFew> values;
    model::FindValues(properties, names, values);
    return expression_.Evaluate(values);
  }
  std::vector<std::string_view> values(names.size());
  model::FindValues(properties, names, values);
  return expression_.Evaluate(values);
}

}  // namespace pintle::filter
