#include "broker/ops/pull_filter.h"

#include <utility>

#include "model/properties.h"
#include "model/record.h"
#include "model/topic.h"

namespace pintle::broker {
namespace {

using SelectorPointer = std::shared_ptr<const filter::Selector>;
using SubscriptionPointer = ClientTable::SubscriptionPointer;

// Passes what the subscription's tags pass.
class TagFilter final : public store::MessageFilter {
 public:
  explicit TagFilter(SubscriptionPointer subscription) : subscription_(std::move(subscription)) {}
  bool MatchesTagsCode(int64_t tags_code) const override {
    return subscription_->MatchesTagsCode(tags_code);
  }
  bool MatchesRecord(ByteView) const override { return true; }

 private:
  const SubscriptionPointer subscription_;
};

// The store gives whole records only.
std::string_view PropertiesOf(ByteView record) {
  return model::PropertiesOfRecord(record).value_or(std::string_view());
}

// Passes the messages whose properties the expression takes.
class SqlFilter final : public store::MessageFilter {
 public:
  explicit SqlFilter(SelectorPointer selector) : selector_(std::move(selector)) {}
  bool MatchesTagsCode(int64_t) const override { return true; }
  bool MatchesRecord(ByteView record) const override {
    return selector_->Matches(PropertiesOf(record));
  }

 private:
  const SelectorPointer selector_;
};

// On a retry topic: asks the expression by which the group reads the topic that the message was
// sent to, since what is retried may have come from any of the group's topics.
class RetrySqlFilter final : public store::MessageFilter {
 public:
  RetrySqlFilter(Broker& broker, std::string_view group) : broker_(broker), group_(group) {}
  bool MatchesTagsCode(int64_t) const override { return true; }
  bool MatchesRecord(ByteView record) const override {
    const std::string_view properties = PropertiesOf(record);
    const auto topic = model::FindProperty(properties, model::property::kRetryTopic);
    if (!topic) return true;
    const SubscriptionPointer wanted = broker_.clients().Find(group_, *topic).subscription;
    if (wanted == nullptr || wanted->is_tag()) return true;
    const auto selector = broker_.selectors().Get(wanted->expression);
    return !selector || (*selector)->Matches(properties);
  }

 private:
  Broker& broker_;
  const std::string group_;
};

std::expected<SubscriptionPointer, PullRefusal> FindSubscription(Broker& broker,
                                                                 const FilterRequest& request,
                                                                 const Group& group) {
  const ClientTable::Lookup found = broker.clients().Find(request.group, request.topic);
  if (!found.group_known) {
    return RefusePull(RefusalCode::kSubscriptionMissing, "the consumer's group info not exist");
  }
  if (!group.consume_broadcast_enable && found.model == MessageModel::kBroadcasting) {
    return RefusePull(
        RefusalCode::kNoPermission,
        fmt::format("the consumer group[{}] can not consume by broadcast way", request.group),
        Forbidden::kBroadcast);
  }
  if (broker.groups().IsReadForbidden(request.group, request.topic)) {
    return RefusePull(RefusalCode::kNoPermission,
                      fmt::format("the consumer group[{}] is forbidden for topic[{}]",
                                  request.group, request.topic),
                      Forbidden::kSubscription);
  }
  if (found.subscription == nullptr) {
    return RefusePull(RefusalCode::kSubscriptionMissing, "the consumer's subscription not exist");
  }
  if (found.subscription->version < request.subscription_version) {
    return RefusePull(RefusalCode::kSubscriptionStale, "the consumer's subscription not latest");
  }
  return found.subscription;
}

std::expected<SubscriptionPointer, PullRefusal> ReadSubscription(const FilterRequest& request) {
  auto parsed = model::Subscription::Parse(request.topic, request.expression,
                                           request.expression_type, request.subscription_version);
  if (parsed) return std::make_shared<const model::Subscription>(*std::move(parsed));
  return RefusePull(RefusalCode::kSubscriptionMalformed,
                    "parse the consumer's subscription failed");
}

}  // namespace

std::unexpected<PullRefusal> RefusePull(RefusalCode code, std::string message,
                                        Forbidden forbidden) {
  return std::unexpected(PullRefusal{{code, std::move(message)}, forbidden});
}

Refusal PropertyFilterIsOff(std::string_view expression_type) {
  return {
      RefusalCode::kInternal,
      fmt::format("The broker does not support consumer to filter message by {}", expression_type)};
}

Outcome<SelectorPointer> CompileSubscription(Broker& broker,
                                             const model::Subscription& subscription) {
  if (subscription.type != model::kExpressionSql92) {
    return Refuse(RefusalCode::kSubscriptionMalformed,
                  "the expression type {} is not known: there are TAG and SQL92",
                  subscription.type);
  }
  auto selector = broker.selectors().Get(subscription.expression);
  if (selector) return *std::move(selector);
  return Refuse(RefusalCode::kSubscriptionMalformed, "{}", selector.error().message);
}

std::expected<PullFilter, PullRefusal> MakePullFilter(Broker& broker, const FilterRequest& request,
                                                      const Group& group) {
  // The expression that nearly everybody sends needs no subscription at all.
  const bool tag =
      request.expression_type.empty() || request.expression_type == model::kExpressionTag;
  const bool everything = request.expression.empty() || request.expression == model::kSubscribeAll;
  if (request.has_subscription && tag && everything) return nullptr;

  auto found = request.has_subscription ? ReadSubscription(request)
                                        : FindSubscription(broker, request, group);
  if (!found) return std::unexpected(std::move(found).error());
  SubscriptionPointer subscription = *std::move(found);
  if (subscription->is_tag()) {
    if (subscription->expression == model::kSubscribeAll) return nullptr;
    return std::make_unique<TagFilter>(std::move(subscription));
  }
  auto selector = CompileSubscription(broker, *subscription);
  if (!selector && !request.has_subscription) {
    return RefusePull(RefusalCode::kFilterMissing,
                      "The broker's consumer filter data is not exist!Your expression may be "
                      "wrong! " +
                          selector.error().message);
  }
  if (!broker.options().property_filter)
    return std::unexpected(PullRefusal{PropertyFilterIsOff(subscription->type)});
  if (!selector) {
    return RefusePull(RefusalCode::kSubscriptionMalformed,
                      "parse the consumer's subscription failed: " + selector.error().message);
  }
  if (broker.options().property_filter_retries && model::IsRetryTopic(request.topic))
    return std::make_unique<RetrySqlFilter>(broker, request.group);
  return std::make_unique<SqlFilter>(*std::move(selector));
}

}  // namespace pintle::broker
