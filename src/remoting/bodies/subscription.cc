#include "remoting/bodies/subscription.h"

#include <algorithm>

#include "remoting/bodies/json_parts.h"

namespace pintle::remoting {

namespace {

template <typename T>
void SortUnique(std::vector<T>& values) {
  std::ranges::sort(values);
  const auto rest = std::ranges::unique(values);
  values.erase(rest.begin(), rest.end());
}

}  // namespace

void WriteSubscription(JsonWriter& out, const model::Subscription& subscription) {
  out.BeginObject();
  out.Member("classFilterMode", subscription.class_filter_mode);
  out.Key("codeSet");
  out.BeginArray();
  for (const int32_t code : subscription.codes) out.Int(code);
  out.EndArray();
  out.Member("expressionType", subscription.type);
  out.Member("subString", subscription.expression);
  out.Member("subVersion", subscription.version);
  out.Key("tagsSet");
  WriteStrings(out, subscription.tags);
  out.Member("topic", subscription.topic);
  out.EndObject();
}

model::Subscription ReadSubscription(const JsonValue& value) {
  model::Subscription subscription;
  subscription.topic = value.String("topic");
  subscription.expression = value.String("subString", subscription.expression);
  subscription.type = value.String("expressionType");
  // The C++ client sends none.
  if (subscription.type.empty()) subscription.type = model::kExpressionTag;
  subscription.version = value.Int("subVersion");
  subscription.class_filter_mode = value.Bool("classFilterMode");
  subscription.tags = ReadStrings(value.Items("tagsSet"));
  for (const JsonValue& code : value.Items("codeSet"))
    subscription.codes.push_back(static_cast<int32_t>(code.AsInt().value_or(0)));
  SortUnique(subscription.tags);
  SortUnique(subscription.codes);
  return subscription;
}

std::string EncodeGroupSubscription(std::string_view group, std::string_view topic,
                                    const model::Subscription* subscription) {
  JsonWriter out;
  out.BeginObject();
  out.Member("group", group);
  if (subscription != nullptr) {
    out.Key("subscriptionData");
    WriteSubscription(out, *subscription);
  }
  out.Member("topic", topic);
  out.EndObject();
  return out.Take();
}

}  // namespace pintle::remoting
