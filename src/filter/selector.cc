#include "filter/selector.h"

#include <array>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "filter/parser.h"
#include "model/property_reader.h"

namespace pintle::filter {
namespace {

Selector::Verdict ToVerdict(const Value& value) {
  if (value.failed()) return Selector::Verdict::kFailed;
  if (value.is_null()) return Selector::Verdict::kUnknown;
  return value.is_true() ? Selector::Verdict::kTrue : Selector::Verdict::kFalse;
}

// One pass over the text, whatever the number of names. Of duplicates the last one counts.
void FindValues(std::string_view text, const std::vector<std::string>& names,
                std::span<std::string_view> values) {
  model::PropertyView property;
  while (!text.empty()) {
    if (!model::TakeProperty(text, property)) continue;
    for (size_t i = 0; i < names.size(); ++i) {
      if (names[i] == property.name) values[i] = property.value;
    }
  }
}

}  // namespace

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
    FindValues(properties, names, values);
    return ToVerdict(expression_.Evaluate(values));
  }
  std::vector<std::string_view> values(names.size());
  FindValues(properties, names, values);
  return ToVerdict(expression_.Evaluate(values));
}

}  // namespace pintle::filter
