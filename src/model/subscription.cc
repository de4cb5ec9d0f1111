#include "model/subscription.h"

#include <algorithm>

#include "base/java_text.h"

namespace pintle::model {
namespace {

constexpr std::string_view kOr = "||";

// Java's String.trim: everything up to the space character counts as blank.
std::string_view Trim(std::string_view text) {
  while (!text.empty() && static_cast<uint8_t>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<uint8_t>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

template <typename T>
void SortUnique(std::vector<T>& values) {
  std::ranges::sort(values);
  values.erase(std::ranges::unique(values).begin(), values.end());
}

}  // namespace

Result<Subscription> Subscription::Parse(std::string_view topic, std::string_view expression,
                                         std::string_view type, int64_t version) {
  Subscription out;
  out.topic = topic;
  out.version = version;
  if (!type.empty()) out.type = type;
  if (!out.is_tag()) {
    if (expression.empty())
      return Fail(ErrorCode::kInvalidArgument, "the {} expression is empty", type);
    out.expression = expression;
    return out;
  }
  if (expression.empty() || expression == kSubscribeAll) return out;

  out.expression = expression;
  bool only_separators = true;
  for (size_t at = 0; at <= expression.size();) {
    const size_t end = std::min(expression.find(kOr, at), expression.size());
    const std::string_view part = expression.substr(at, end - at);
    only_separators = only_separators && part.empty();
    if (const auto tag = Trim(part); !tag.empty()) {
      out.tags.emplace_back(tag);
      out.codes.push_back(JavaHashCode(tag));
    }
    at = end + kOr.size();
  }
  if (only_separators) {
    return Fail(ErrorCode::kInvalidArgument, "the tag expression '{}' names no tag", expression);
  }
  SortUnique(out.tags);
  SortUnique(out.codes);
  return out;
}

bool Subscription::MatchesTagsCode(int64_t tags_code) const {
  if (class_filter_mode || expression == kSubscribeAll) return true;
  return std::ranges::binary_search(codes, static_cast<int32_t>(tags_code));
}

}  // namespace pintle::model
