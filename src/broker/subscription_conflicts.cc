#include "broker/subscription_conflicts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace pintle::broker {
namespace {

constexpr std::string_view kNothing = "not subscribed";

// Tags are sorted in a subscription; an expression of another type is its text.
std::string ExpressionOf(const model::Subscription& subscription) {
  if (!subscription.is_tag()) return subscription.type + ": " + subscription.expression;
  if (subscription.tags.empty()) return std::string(model::kSubscribeAll);
  return fmt::format("{}", fmt::join(subscription.tags, " || "));
}

std::string Shown(const std::string* expression) {
  return expression == nullptr ? std::string(kNothing) : fmt::format("'{}'", *expression);
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
    if (theirs == nullptr || *theirs != expression)
      add(fmt::format("topic {}: {} and {}", topic, Shown(&expression), Shown(theirs)));
  }
  for (const auto& [topic, expression] : other.topics) {
    if (find(one, topic) == nullptr)
      add(fmt::format("topic {}: {} and {}", topic, kNothing, Shown(&expression)));
  }
  return text;
}

}  // namespace pintle::broker
