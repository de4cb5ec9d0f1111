// What a consumer group wants of one topic: everything, some tags, or an expression.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace pintle::model {

inline constexpr std::string_view kSubscribeAll = "*";
inline constexpr std::string_view kExpressionTag = "TAG";
inline constexpr std::string_view kExpressionSql92 = "SQL92";

struct Subscription {
  std::string topic;
  std::string expression{kSubscribeAll};  // subString
  std::string type{kExpressionTag};       // expressionType
  std::vector<std::string> tags;          // tagsSet: sorted, no duplicates
  std::vector<int32_t> codes;             // codeSet: sorted, no duplicates
  int64_t version = 0;                    // subVersion: ms when the client made it
  bool class_filter_mode = false;

  // Builds a subscription from what a client sends. An empty type is TAG, an empty TAG expression
  // is "*". kInvalidArgument: nothing but separators, or an empty expression of another type.
  static Result<Subscription> Parse(std::string_view topic, std::string_view expression,
                                    std::string_view type, int64_t version);

  bool is_tag() const { return type.empty() || type == kExpressionTag; }
  // What the queue entry alone can decide. Other tags may share a code: the client compares text.
  bool MatchesTagsCode(int64_t tags_code) const;

  friend bool operator==(const Subscription&, const Subscription&) = default;
};

}  // namespace pintle::model
