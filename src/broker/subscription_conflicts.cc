#include "broker/subscription_conflicts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace pintle::broker {
namespace {

constexpr std::string_view kNothing = "not subscribed";

// Tags are sorted in a subscription; an expression of another type is its text.
std::string ExpressionOf(const model::Subscription& subscription) {
  if (!subscription.is_tag()) return subscription.type + ": " + subscription.expression;
  if (subscription.tags.empty()) return std::string(model::kSubscribeAll);
  return fmt::format("{}", fmt::join(subscription.tags, " || "));
}

constexpr size_t kShownBytes = 200;
constexpr size_t kShownBefore = 60;  // of it before the place that matters

std::string Shown(const std::string* expression, size_t place) {
  return expression == nullptr ? std::string(kNothing)
                               : fmt::format("'{}'", ShownExpression(*expression, place));
}

// The two as they are told, absent ones as null.
std::string Both(const std::string& topic, const std::string* one, const std::string* other) {
  size_t place = 0;
  if (one != nullptr && other != nullptr)
    place = static_cast<size_t>(std::ranges::mismatch(*one, *other).in1 - one->begin());
  return fmt::format("topic {}: {} and {}", topic, Shown(one, place), Shown(other, place));
}

// Not within a character of UTF-8.
size_t CharacterAt(std::string_view text, size_t at) {
  while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return at;
}

}  // namespace

Wants WantsOf(const remoting::ConsumerData& consumer) {
  Wants wants;
  wants.model = consumer.message_model;
  for (const model::Subscription& subscription : consumer.subscriptions)
    wants.topics[subscription.topic] = ExpressionOf(subscription);
  return wants;
}

std::string DifferenceOf(const Wants& one, const Wants& other) {
  std::string text;
  const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
  if (one.model != other.model) add("one broadcasts and the other does not");
  const auto find = [](const Wants& wants, const std::string& topic) {
    const auto found = wants.topics.find(topic);
    return found == wants.topics.end() ? nullptr : &found->second;
  };
  for (const auto& [topic, expression] : one.topics) {
    const std::string* const theirs = find(other, topic);
    if (theirs == nullptr || *theirs != expression) add(Both(topic, &expression, theirs));
  }
  for (const auto& [topic, expression] : other.topics) {
    if (find(one, topic) == nullptr) add(Both(topic, nullptr, &expression));
  }
  return text;
}

std::string ShownExpression(std::string_view expression, size_t place) {
  if (expression.size() <= kShownBytes) return std::string(expression);
  const size_t latest = expression.size() - kShownBytes;
  const size_t wanted = place > kShownBefore ? place - kShownBefore : 0;
  const size_t start = CharacterAt(expression, std::min(wanted, latest));
  const size_t end = CharacterAt(expression, start + kShownBytes);
  return fmt::format("{}{}{} ({} bytes)", start > 0 ? "..." : "",
                     expression.substr(start, end - start), end < expression.size() ? "..." : "",
                     expression.size());
}

}  // namespace pintle::broker
